// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZRANGESTORE")
struct ZRANGESTORETests {
    @Test("keeps a range at another key")
    func stores() {
        let database = TestDatabase()
        database("ZADD z 1 a 2 b 3 c 4 d")
        database("SET dst text")
        database.collectEvents()
        #expect(database("ZRANGESTORE dst z 1 2") == 2)
        #expect(database.takeEvents().last == "zrangestore dst")
        #expect(database("ZRANGE dst 0 -1 WITHSCORES") == ["b", "2", "c", "3"])
        #expect(database("ZRANGESTORE dst z (1 +inf BYSCORE LIMIT 1 1") == 1)
        #expect(database("ZRANGE dst 0 -1") == ["c"])
        #expect(database("ZRANGESTORE dst z 3 2 BYSCORE REV LIMIT 0 1") == 1)
        #expect(database("ZRANGE dst 0 -1") == ["c"])
        #expect(database("ZRANGESTORE z z 0 0 REV") == 1)
        #expect(database("ZRANGE z 0 -1") == ["d"])
    }

    @Test("removes the target when there is nothing to keep")
    func empty() {
        let database = TestDatabase()
        database("ZADD dst 1 a")
        database.collectEvents()
        #expect(database("ZRANGESTORE dst missing 0 -1") == 0)
        #expect(database.takeEvents() == ["del dst"])
        #expect(database("EXISTS dst") == 0)
        #expect(database("ZRANGESTORE dst missing 0 -1") == 0)
        #expect(database.takeEvents() == [])
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("ZRANGESTORE dst z 0 -1 WITHSCORES") == .error("ERR syntax error"))
        #expect(database("ZRANGESTORE dst text 0 -1").isError(startingWith: "WRONGTYPE"))
    }
}
