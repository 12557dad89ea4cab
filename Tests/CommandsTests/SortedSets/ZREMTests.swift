// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZREM")
struct ZREMTests {
    @Test("removes members, and the key with the last")
    func removal() {
        let database = TestDatabase()
        database("ZADD z 1 a 2 b 3 c")
        database.collectEvents()
        #expect(database("ZREM z a nobody a") == 1)
        #expect(database.takeEvents() == ["zrem z"])
        #expect(database("ZREM z nobody") == 0)
        #expect(database.takeEvents() == [])
        #expect(database("ZREM z b c d") == 2)
        #expect(database.takeEvents() == ["zrem z", "del z"])
        #expect(database("EXISTS z") == 0)
        #expect(database("ZREM z a") == 0)
    }

    @Test("refuses another type")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("ZREM text a").isError(startingWith: "WRONGTYPE"))
    }
}
