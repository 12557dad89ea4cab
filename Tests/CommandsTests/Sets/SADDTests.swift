// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SADD")
struct SADDTests {
    @Test("counts the members that are new, and creates the key")
    func adds() {
        let database = TestDatabase()
        database.collectEvents()
        #expect(database("SADD s a b a") == 2)
        #expect(database.takeEvents() == ["new s", "sadd s"])
        #expect(database("SADD s a b") == 0)
        #expect(database.takeEvents() == [])
        #expect(database("SADD s '' \"\\x00\\xff\"") == 2)
        #expect(database("SMEMBERS s") == ["a", "b", "", .bulk(ByteString([0, 0xFF]))])
    }

    @Test("chooses the form by what is added and how much")
    func forms() {
        let database = TestDatabase()
        database("SADD numbers 1 2 3")
        #expect(database("OBJECT ENCODING numbers") == "intset")
        database("SADD numbers x")
        #expect(database("OBJECT ENCODING numbers") == "listpack")
        let many = (0..<129).map { "m\($0)" }.joined(separator: " ")
        database("SADD many \(many)")
        #expect(database("OBJECT ENCODING many") == "hashtable")
        // So many would not fit, though all are in.
        database("SADD few a")
        database("SADD few " + Array(repeating: "a", count: 129).joined(separator: " "))
        #expect(database("OBJECT ENCODING few") == "hashtable")
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("SADD text m").isError(startingWith: "WRONGTYPE"))
        #expect(database("GET text") == "value")
        let arity: Reply = .error("ERR wrong number of arguments for 'sadd' command")
        #expect(database("SADD") == arity)
        #expect(database("SADD s") == arity)
        #expect(database.keyspace.count == 1)
    }
}
