// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZUNIONSTORE")
struct ZUNIONSTORETests {
    @Test("keeps what it combines")
    func stores() {
        let database = TestDatabase()
        database("ZADD x 1 a 2 b")
        database("ZADD y 10 b 20 c")
        database.collectEvents()
        #expect(database("ZUNIONSTORE dst 2 x y") == 3)
        #expect(database.takeEvents() == ["new dst", "zunionstore dst"])
        #expect(database("ZRANGE dst 0 -1 WITHSCORES") == ["a", "1", "b", "12", "c", "20"])
        #expect(database("ZINTERSTORE dst 2 x y WEIGHTS 2 1") == 1)
        #expect(database("ZRANGE dst 0 -1 WITHSCORES") == ["b", "14"])
        #expect(database("ZDIFFSTORE x 2 x y") == 1)
        #expect(database("ZRANGE x 0 -1") == ["a"])
        #expect(database("OBJECT ENCODING dst") == "listpack")
    }

    @Test("removes the target when nothing is left")
    func empty() {
        let database = TestDatabase()
        database("SET dst text")
        database.collectEvents()
        #expect(database("ZINTERSTORE dst 2 x y") == 0)
        #expect(database.takeEvents() == ["del dst"])
        #expect(database("EXISTS dst") == 0)
    }

    @Test("gets a large result right")
    func large() {
        let database = TestDatabase()
        for number in 0..<300 {
            database("ZADD x \(number) m\(number)")
            database("ZADD y 1 m\(number + 150)")
        }
        #expect(database("ZUNIONSTORE dst 2 x y") == 450)
        #expect(database("OBJECT ENCODING dst") == "skiplist")
        #expect(database("ZSCORE dst m200") == "201")
        #expect(database("ZINTERSTORE dst 2 x y") == 150)
        #expect(database("ZDIFFSTORE dst 2 x y") == 150)
        #expect(database("ZRANGE dst 0 0 REV") == ["m149"])
    }

    @Test("keeps the sign of a zero in a table, as Redis does, and not in a listpack")
    func negativeZero() {
        let database = TestDatabase()
        database("ZADD x 1 a")
        database("ZADD y 5 \(String(repeating: "b", count: 65))")
        #expect(database("ZUNIONSTORE dst 2 x y WEIGHTS -0 1") == 2)
        #expect(database("ZSCORE dst a") == "-0")
        #expect(database("ZUNIONSTORE dst 1 x WEIGHTS -0") == 1)
        #expect(database("ZSCORE dst a") == "0")
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("ZADD x 1 a")
        #expect(
            database("ZUNIONSTORE dst 0 x")
                == .error("ERR at least 1 input key is needed for 'zunionstore' command"))
        #expect(database("ZUNIONSTORE dst 1 x WITHSCORES") == .error("ERR syntax error"))
    }
}
