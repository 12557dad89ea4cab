// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HPERSIST")
struct HPERSISTTests {
    @Test("answers for each field", arguments: [1, 600])
    func codes(more: Int) {
        let database = TestDatabase()
        for number in 0..<more { database("HSET h more\(number) v") }
        database("HSET h a 1 b 2 c 3")
        database("HPEXPIRE h 100 FIELDS 2 a c")
        database("HPEXPIRE h 10 FIELDS 1 c")
        database.advance(milliseconds: 10)
        database.collectEvents()
        #expect(database("HPERSIST h FIELDS 4 a b c x") == [1, -1, -2, -2])
        #expect(database.takeEvents() == ["hpersist h"])
        #expect(database("HPERSIST h FIELDS 1 a") == [-1])
        #expect(database.takeEvents() == [])
        #expect(database("HPERSIST missing FIELDS 2 a b") == [-2, -2])
        #expect(database.expireDue() == 1)
        #expect(database.keyspace.nextExpiryMilliseconds() == nil)
    }

    @Test("explains what it cannot accept")
    func rejection() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HPERSIST text FIELDS 1 a").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("HPERSIST h FIELDS 2 a")
                == .error(
                    "ERR The `numfields` parameter must match the number of arguments"))
    }
}
