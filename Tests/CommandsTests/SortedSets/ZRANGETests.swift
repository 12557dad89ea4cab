// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZRANGE")
struct ZRANGETests {
    private func database(_ protocolVersion: Int = 2) -> TestDatabase {
        let database = TestDatabase(protocolVersion: protocolVersion)
        database("ZADD z 1 a 2 b 3 c 4 d")
        database("ZADD lex 0 a 0 b 0 c 0 d")
        return database
    }

    @Test(
        "answers ranks, scores and bytes, forwards and in reverse",
        arguments: [
            ("ZRANGE z 1 2", ["b", "c"]),
            ("ZRANGE z -2 -1", ["c", "d"]),
            ("ZRANGE z 0 -1 REV", ["d", "c", "b", "a"]),
            ("ZRANGE z 1 1 REV", ["c"]),
            ("ZREVRANGE z 0 1", ["d", "c"]),
            ("ZRANGE z 3 1", []),
            ("ZRANGE z 0 -1 LIMIT 1 -1", ["a", "b", "c", "d"]),
            ("ZRANGE z (1 3 BYSCORE", ["b", "c"]),
            ("ZRANGE z 3 (1 BYSCORE REV", ["c", "b"]),
            ("ZRANGEBYSCORE z -inf +inf LIMIT 1 2", ["b", "c"]),
            ("ZRANGEBYSCORE z -inf +inf LIMIT 1 -5", ["b", "c", "d"]),
            ("ZRANGEBYSCORE z -inf +inf LIMIT -1 2", []),
            ("ZRANGEBYSCORE z -inf +inf LIMIT 4 2", []),
            ("ZRANGEBYSCORE z -inf +inf LIMIT 0 0", []),
            ("ZREVRANGEBYSCORE z +inf -inf LIMIT 1 2", ["c", "b"]),
            ("ZRANGE lex [b + BYLEX", ["b", "c", "d"]),
            ("ZRANGEBYLEX lex - (c", ["a", "b"]),
            ("ZREVRANGEBYLEX lex (c - LIMIT 1 1", ["a"]),
            ("ZRANGE lex + - BYLEX REV", ["d", "c", "b", "a"]),
            ("ZRANGE missing 0 -1", []),
        ])
    func ranges(request: String, members: [String]) {
        #expect(
            database()(request) == .array(members.map { .bulk(ByteString($0)) }), "\(request)")
    }

    @Test("writes scores flat in RESP2, in pairs in RESP3")
    func scores() {
        #expect(database()("ZRANGE z 0 1 WITHSCORES") == ["a", "1", "b", "2"])
        #expect(database(3)("ZRANGE z 0 1 WITHSCORES") == [["a", 1.0], ["b", 2.0]])
        #expect(database(3)("ZRANGEBYSCORE z 5 6 WITHSCORES") == [])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("ZRANGE z a 1", "ERR value is not an integer or out of range"),
            ("ZRANGE z 0 1 x", "ERR syntax error"),
            ("ZRANGE z 0 1 BYLEX BYSCORE", "ERR syntax error"),
            ("ZREVRANGE z 0 1 REV", "ERR syntax error"),
            ("ZRANGE z 0 1 REV REV", "ERR syntax error"),
            ("ZRANGEBYSCORE z 0 1 BYLEX", "ERR syntax error"),
            ("ZRANGE z 0 1 LIMIT 1", "ERR syntax error"),
            (
                "ZRANGE z 0 1 LIMIT 1 2",
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or "
                    + "BYLEX"
            ),
            (
                "ZRANGE z - + BYLEX WITHSCORES",
                "ERR syntax error, WITHSCORES not supported in combination with BYLEX"
            ),
            ("ZRANGE z x 1 BYSCORE", "ERR min or max is not a float"),
            ("ZRANGE z x + BYLEX", "ERR min or max not valid string range item"),
            ("ZRANGEBYSCORE z 1 2 LIMIT a 1", "ERR value is not an integer or out of range"),
            ("ZRANGE text 0 1", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = database()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)), "\(request)")
    }
}
