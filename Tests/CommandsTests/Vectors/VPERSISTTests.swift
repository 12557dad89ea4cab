// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VPERSIST")
struct VPERSISTTests {
    @Test("answers for each element")
    func codes() {
        let database = TestDatabase()
        for name in ["a", "b", "c"] { database("VADD v VALUES 2 1 0 \(name)") }
        database("VPEXPIRE v 100 ELEMENTS 1 a")
        database("VPEXPIRE v 10 ELEMENTS 1 c")
        database.advance(milliseconds: 10)
        database.collectEvents()
        #expect(database("VPERSIST v ELEMENTS 4 a b c x") == [1, -1, -2, -2])
        #expect(database.takeEvents() == ["vpersist v"])
        #expect(database("VPERSIST v ELEMENTS 1 a") == [-1])
        #expect(database.takeEvents() == [])
        #expect(database("VPERSIST missing ELEMENTS 2 a b") == [-2, -2])
        database.expireDue()
        #expect(database.keyspace.nextExpiryMilliseconds() == nil)
        database.advance(milliseconds: 1000)
        #expect(database("VRANGE v - +") == ["a", "b"])
    }

    @Test("explains what it cannot accept")
    func rejection() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("VPERSIST text ELEMENTS 1 a").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("VPERSIST v ELEMENTS 2 a")
                == .error(
                    "ERR The `numelements` parameter must match the number of arguments"))
    }
}
