// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HLEN")
struct HLENTests {
    @Test("counts the fields, those that have ended until they are removed")
    func count() {
        let database = TestDatabase()
        #expect(database("HLEN h") == 0)
        database("HSET h a 1 b 2 a 3")
        #expect(database("HLEN h") == 2)
        database("HPEXPIRE h 5 FIELDS 1 a")
        database.advance(milliseconds: 5)
        #expect(database("HLEN h") == 2)
        #expect(database.expireDue() == 1)
        #expect(database("HLEN h") == 1)
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HLEN text ").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hlen' command")
        #expect(database("HLEN") == arity)
        #expect(database("HLEN h f") == arity)
    }
}
