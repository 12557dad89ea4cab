// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZREMRANGEBYRANK")
struct ZREMRANGEBYRANKTests {
    @Test("removes ranks", arguments: [("0 1", 2), ("-2 -1", 2), ("1 0", 0), ("-100 100", 5)])
    func ranks(range: String, removed: Int64) {
        let database = TestDatabase()
        database("ZADD z 1 a 2 b 3 c 4 d 5 e")
        #expect(database("ZREMRANGEBYRANK z \(range)") == .integer(removed))
        #expect(database("ZCARD z") == .integer(5 - removed))
        #expect(database("EXISTS z") == (removed == 5 ? 0 : 1))
    }

    @Test("removes scores and members in a range of bytes")
    func others() {
        let database = TestDatabase()
        database("ZADD z 1 a 2 b 3 c 4 d")
        database.collectEvents()
        #expect(database("ZREMRANGEBYSCORE z (1 3") == 2)
        #expect(database.takeEvents() == ["zremrangebyscore z"])
        #expect(database("ZRANGE z 0 -1") == ["a", "d"])
        database("ZADD y 0 a 0 b 0 c")
        #expect(database("ZREMRANGEBYLEX y [b +") == 2)
        #expect(database("ZREMRANGEBYLEX y - +") == 1)
        #expect(database("EXISTS y") == 0)
    }

    @Test("removes ranges of a large set")
    func large() {
        let database = TestDatabase()
        for number in 0..<1_000 { database("ZADD z \(number) m\(number)") }
        #expect(database("ZREMRANGEBYRANK z 100 899") == 800)
        #expect(database("ZRANGE z 99 100") == ["m99", "m900"])
        #expect(database("ZSCORE z m500") == nil)
        #expect(database("ZREMRANGEBYSCORE z -inf +inf") == 200)
        #expect(database("EXISTS z") == 0)
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(
            database("ZREMRANGEBYRANK z a 1")
                == .error("ERR value is not an integer or out of range"))
        #expect(database("ZREMRANGEBYSCORE z a 1") == .error("ERR min or max is not a float"))
        #expect(
            database("ZREMRANGEBYLEX z a b")
                == .error("ERR min or max not valid string range item"))
        #expect(database("ZREMRANGEBYRANK text 0 1").isError(startingWith: "WRONGTYPE"))
    }
}
