// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZADD")
struct ZADDTests {
    @Test("answers how many members are new, or with CH how many changed")
    func counts() {
        let database = TestDatabase()
        #expect(database("ZADD z 1 a 2 b") == 2)
        #expect(database("ZADD z 3 a 2 b 4 c") == 1)
        #expect(database("ZADD z CH 5 a 2 b 6 d") == 2)
        #expect(database("ZRANGE z 0 -1 WITHSCORES") == ["b", "2", "c", "4", "a", "5", "d", "6"])
    }

    @Test("NX, XX, GT and LT choose which members change")
    func conditions() {
        let database = TestDatabase()
        #expect(database("ZADD z XX 1 a") == 0)
        #expect(database.keyspace.count == 0)
        database("ZADD z 10 a")
        #expect(database("ZADD z NX CH 1 a 1 b") == 1)
        #expect(database("ZADD z XX CH 11 a 1 c") == 1)
        #expect(database("ZADD z GT CH 5 a 7 b 1 c") == 2)
        #expect(database("ZADD z LT CH 50 a 3 b") == 1)
        #expect(database("ZRANGE z 0 -1 WITHSCORES") == ["c", "1", "b", "3", "a", "11"])
    }

    @Test("INCR answers the score, or nothing")
    func increments() {
        let database = TestDatabase(protocolVersion: 3)
        #expect(database("ZADD z INCR 1.5 a") == 1.5)
        #expect(database("ZADD z INCR GT -1 a") == nil)
        #expect(database("ZADD z NX INCR 1 a") == nil)
        #expect(database("ZADD missing XX INCR 1 a") == nil)
        #expect(database("ZINCRBY z 0.25 a") == 1.75)
        #expect(database("ZINCRBY z 0 a") == 1.75)
        #expect(database("ZADD z inf a") == 0)
        #expect(
            database("ZINCRBY z -inf a") == .error("ERR resulting score is not a number (NaN)"))
    }

    @Test("tells of a change, and of none when there was none")
    func events() {
        let database = TestDatabase()
        database.collectEvents()
        database("ZADD z 1 a")
        #expect(database.takeEvents() == ["new z", "zadd z"])
        database("ZADD z 1 a")
        database("ZINCRBY z 0 a")
        #expect(database.takeEvents() == [])
        database("ZINCRBY z 2 a")
        #expect(database.takeEvents() == ["zincr z"])
    }

    @Test("becomes a table by Redis's limits", arguments: [(128, "listpack"), (129, "skiplist")])
    func encoding(members: Int, encoding: String) {
        let database = TestDatabase()
        for number in 0..<members { database("ZADD z \(number) m\(number)") }
        #expect(database("OBJECT ENCODING z") == .bulk(ByteString(encoding)))
        let filler = String(repeating: "x", count: 65)
        database("ZADD long 1 \(filler)")
        #expect(database("OBJECT ENCODING long") == "skiplist")
        #expect(database("TYPE long") == "zset")
    }

    @Test(
        "explains what it cannot accept, and changes nothing",
        arguments: [
            ("ZADD z 1 a 2", "ERR syntax error"),
            ("ZADD z NX XX", "ERR syntax error"),
            ("ZADD z NX XX 1 a", "ERR XX and NX options at the same time are not compatible"),
            (
                "ZADD z GT NX 1 a",
                "ERR GT, LT, and/or NX options at the same time are not compatible"
            ),
            (
                "ZADD z GT LT 1 a",
                "ERR GT, LT, and/or NX options at the same time are not compatible"
            ),
            ("ZADD z INCR 1 a 2 b", "ERR INCR option supports a single increment-element pair"),
            ("ZADD z 1 a x b", "ERR value is not a valid float"),
            ("ZADD z nan a", "ERR value is not a valid float"),
            ("ZADD text 1 a", "WRONGTYPE"),
            ("ZINCRBY z x a", "ERR value is not a valid float"),
            ("ZINCRBY z NX a", "ERR syntax error"),
        ])
    func errors(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)))
        #expect(database.keyspace.count == 1)
    }
}
