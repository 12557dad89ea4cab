// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZUNION")
struct ZUNIONTests {
    private func database(_ protocolVersion: Int = 2) -> TestDatabase {
        let database = TestDatabase(protocolVersion: protocolVersion)
        database("ZADD x 1 a 2 b 3 c")
        database("ZADD y 10 b 20 c 30 d")
        return database
    }

    @Test(
        "unites, intersects and subtracts",
        arguments: [
            ("ZUNION 2 x y WITHSCORES", ["a", "1", "b", "12", "c", "23", "d", "30"]),
            ("ZUNION 2 x missing", ["a", "b", "c"]),
            ("ZUNION 2 x x WITHSCORES", ["a", "2", "b", "4", "c", "6"]),
            (
                "ZUNION 2 x y WEIGHTS 2 -1 WITHSCORES",
                ["d", "-30", "c", "-14", "b", "-6", "a", "2"]
            ),
            ("ZUNION 2 x y AGGREGATE MIN WITHSCORES", ["a", "1", "b", "2", "c", "3", "d", "30"]),
            ("ZUNION 2 x y AGGREGATE MAX WITHSCORES", ["a", "1", "b", "10", "c", "20", "d", "30"]),
            ("ZINTER 2 x y WITHSCORES", ["b", "12", "c", "23"]),
            ("ZINTER 2 x y WEIGHTS 2 3 AGGREGATE MAX WITHSCORES", ["b", "30", "c", "60"]),
            ("ZINTER 2 x missing", []),
            ("ZDIFF 2 x y WITHSCORES", ["a", "1"]),
            ("ZDIFF 1 x", ["a", "b", "c"]),
            ("ZDIFF 2 x x", []),
            ("ZDIFF 2 missing x", []),
        ])
    func combinations(request: String, members: [String]) {
        #expect(database()(request) == .array(members.map { .bulk(ByteString($0)) }))
    }

    @Test("takes sets that are not sorted, every score being 1")
    func sets() {
        let database = database()
        database("SADD numbers 1 2 3")
        database("SADD words a b")
        #expect(
            database("ZUNION 2 numbers x WITHSCORES") == [
                "1", "1", "2", "1", "3", "1", "a", "1", "b", "2", "c", "3",
            ])
        #expect(database("ZINTER 2 words x WEIGHTS 10 1 WITHSCORES") == ["a", "11", "b", "12"])
        #expect(database("ZDIFF 2 words y") == ["a"])
        #expect(database("ZDIFF 1 numbers") == ["1", "2", "3"])
        #expect(database("ZINTERCARD 2 x words") == 2)
        #expect(database("ZUNIONSTORE dst 2 numbers words WEIGHTS 2 3") == 5)
        #expect(database("ZSCORE dst 2") == "2")
    }

    @Test("makes zero of what is no number")
    func infinities() {
        let database = database()
        database("ZADD p inf a")
        database("ZADD m -inf a")
        #expect(database("ZUNION 2 p m WITHSCORES") == ["a", "0"])
        #expect(database("ZINTER 2 p m WITHSCORES") == ["a", "0"])
        #expect(database("ZUNION 1 p WEIGHTS 0 WITHSCORES") == ["a", "0"])
    }

    @Test("answers with pairs in RESP3")
    func pairs() {
        #expect(database(3)("ZINTER 2 x y WITHSCORES") == [["b", 12.0], ["c", 23.0]])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("ZUNION 0 x", "ERR at least 1 input key is needed for 'zunion' command"),
            ("ZINTER 0 x", "ERR at least 1 input key is needed for 'zinter' command"),
            ("ZDIFF -1 x", "ERR at least 1 input key is needed for 'zdiff' command"),
            ("ZUNION x x", "ERR value is not an integer or out of range"),
            ("ZUNION 3 x y", "ERR syntax error"),
            ("ZUNION 2 x y WEIGHTS 1", "ERR syntax error"),
            ("ZUNION 2 x y WEIGHTS 1 a", "ERR weight value is not a float"),
            ("ZUNION 2 x y AGGREGATE avg", "ERR syntax error"),
            ("ZDIFF 2 x y WEIGHTS 1 2", "ERR syntax error"),
            ("ZUNION 2 x text x", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = database()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)), "\(request)")
    }
}
