// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HSET")
struct HSETTests {
    @Test("counts the fields that are new")
    func created() {
        let database = TestDatabase()
        #expect(database("HSET h a 1 b 2") == 2)
        #expect(database("HSET h b 3 c 4 c 5") == 1)
        #expect(database("HGETALL h") == ["a", "1", "b", "3", "c", "5"])
        #expect(database("HMSET h d 6") == "OK")
        #expect(database("HGET h d") == "6")
    }

    @Test("clears the field's expiry and keeps the key's")
    func expiry() {
        let database = TestDatabase()
        database("HSET h a 1 b 2")
        database("HEXPIRE h 100 FIELDS 2 a b")
        #expect(database("HSET h a 3") == 0)
        #expect(database("HTTL h FIELDS 2 a b") == [-1, 100])
    }

    @Test(
        "becomes a table by Redis's limits",
        arguments: [
            (512, "listpack"), (513, "hashtable"),
        ])
    func encoding(fields: Int, encoding: String) {
        let database = TestDatabase()
        for number in 0..<fields { database("HSET h f\(number) v") }
        let name = Bytes("h")
        let hash = database.keyspace.peek(name)?.value.collection
        #expect(hash?.encodingName.description == encoding)
        #expect(hash?.count == fields)
    }

    @Test("becomes a table with the next field that is set, when the limit was lowered")
    func loweredLimit() {
        let database = TestDatabase()
        database("HSET h a 1 b 2 c 3")
        database.keyspace.hashLimits.maximumPackedFields = 2
        #expect(database("OBJECT ENCODING h") == "listpack")
        #expect(database("HSET h a 4") == 0)
        #expect(database("OBJECT ENCODING h") == "hashtable")
        #expect(database("HGET h a") == "4")
    }

    @Test("tells of one change")
    func events() {
        let database = TestDatabase()
        database.collectEvents()
        database("HSET h a 1 b 2")
        #expect(database.takeEvents() == ["new h", "hset h"])
        database("HMSET h a 1")
        #expect(database.takeEvents() == ["hset h"])
    }

    @Test("refuses a field without value, and another type")
    func errors() {
        let database = TestDatabase()
        #expect(
            database("HSET h a 1 b") == .error("ERR wrong number of arguments for 'hset' command"))
        #expect(
            database("HMSET h a 1 b")
                == .error("ERR wrong number of arguments for 'hmset' command"))
        #expect(database.keyspace.count == 0)
        database("SET text value")
        #expect(database("HSET text a 1").isError(startingWith: "WRONGTYPE"))
        #expect(database("GET text") == "value")
    }
}
