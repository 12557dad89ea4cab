// SPDX-License-Identifier: Apache-2.0

import Primitives
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

    /// As Redis: the sign of a zero is lost while the result is packed.
    @Test("becomes a table where Redis's result becomes one")
    func conversion() {
        let database = TestDatabase()
        let long = String(repeating: "x", count: 65)
        database("ZADD z 5 \(long) -0 a")
        for (range, score) in [("0 -1", "0"), ("0 -1 REV", "-0"), ("-inf inf BYSCORE", "0")] {
            #expect(database("ZRANGESTORE d z \(range)") == 2)
            #expect(database("ZSCORE d a") == .bulk(ByteString(score)))
        }
        for number in 0..<200 { database("ZADD many 5 \(number)") }
        database("ZADD many -0 a")
        for (range, score) in [("0 -1", "-0"), ("-inf inf BYSCORE", "0")] {
            #expect(database("ZRANGESTORE d many \(range)") == 201)
            #expect(database("ZSCORE d a") == .bulk(ByteString(score)))
        }
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("ZRANGESTORE dst z 0 -1 WITHSCORES") == .error("ERR syntax error"))
        #expect(database("ZRANGESTORE dst text 0 -1").isError(startingWith: "WRONGTYPE"))
    }
}
