// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SUNION, SUNIONSTORE")
struct SUNIONTests {
    @Test("bring what any set has")
    func union() {
        let database = TestDatabase()
        database("SADD a 5 1")
        database("SADD b 2 1")
        database("SADD c x 1")
        #expect(database("SUNION a b missing") == ["1", "2", "5"])
        let mixed = (database("SUNION a b c").elements ?? []).compactMap(\.text)
        #expect(mixed.sorted() == ["1", "2", "5", "x"])
        #expect(database("SUNION missing") == [])
        #expect(database.connect(protocolVersion: 3)("SUNION a b") == .set(["1", "2", "5"]))
    }

    @Test("store the result in the form that suits it, or remove the key")
    func store() {
        let database = TestDatabase()
        database("SADD a 5 1")
        database("SADD c x 1")
        database.collectEvents()
        #expect(database("SUNIONSTORE d a") == 2)
        #expect(database.takeEvents() == ["new d", "sunionstore d"])
        #expect(database("OBJECT ENCODING d") == "intset")
        #expect(database("SUNIONSTORE d a c") == 3)
        #expect(database("OBJECT ENCODING d") == "listpack")
        for number in 0..<600 { database("SADD large \(number)") }
        #expect(database("SUNIONSTORE a large a c") == 601)
        #expect(database("OBJECT ENCODING a") == "hashtable")
        _ = database.takeEvents()
        #expect(database("SUNIONSTORE d missing") == 0)
        #expect(database.takeEvents() == ["del d"])
    }

    @Test("refuse another type")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        database("SADD a 1")
        #expect(database("SUNION a text").isError(startingWith: "WRONGTYPE"))
        #expect(database("SUNIONSTORE a text").isError(startingWith: "WRONGTYPE"))
        #expect(database("SCARD a") == 1)
    }
}
