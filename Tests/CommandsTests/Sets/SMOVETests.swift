// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SMOVE")
struct SMOVETests {
    @Test("moves a member, and tells of both keys")
    func moves() {
        let database = TestDatabase()
        database("SADD a 1 x")
        database("SADD b 2")
        database.collectEvents()
        #expect(database("SMOVE a b x") == 1)
        #expect(database.takeEvents() == ["srem a", "sadd b"])
        #expect(database("SMEMBERS b") == ["2", "x"])
        #expect(database("SMOVE a b 7") == 0)
        #expect(database("SMOVE missing b 2") == 0)
        #expect(database.takeEvents() == [])
        #expect(database("SMOVE a c 1") == 1)
        #expect(database.takeEvents() == ["srem a", "del a", "new c", "sadd c"])
        #expect(database("OBJECT ENCODING c") == "intset")
    }

    @Test("has nothing to do within a set, or with a member that both have")
    func same() {
        let database = TestDatabase()
        database("SADD a 1 2")
        database("SADD b 2")
        database.collectEvents()
        #expect(database("SMOVE a a 1") == 1)
        #expect(database("SMOVE a a 9") == 0)
        #expect(database.takeEvents() == [])
        #expect(database("SMOVE a b 2") == 1)
        #expect(database.takeEvents() == ["srem a"])
    }

    @Test("refuses another type")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        database("SADD a 1")
        #expect(database("SMOVE text a 1").isError(startingWith: "WRONGTYPE"))
        #expect(database("SMOVE a text 1").isError(startingWith: "WRONGTYPE"))
        #expect(database("SMOVE missing text 1") == 0)
        #expect(database("SCARD a") == 1)
    }
}
