// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SREM")
struct SREMTests {
    @Test(
        "counts what it removes, and removes the key with the last", arguments: ["", "w"],
        [3, 600])
    func removes(prefix: String, count: Int) {
        let database = TestDatabase()
        for number in 0..<count { database("SADD s \(prefix)\(number)") }
        database.collectEvents()
        #expect(database("SREM s \(prefix)0 x \(prefix)0 \(prefix)1") == 2)
        #expect(database.takeEvents() == ["srem s"])
        #expect(database("SREM s x") == 0)
        #expect(database("SREM missing m") == 0)
        #expect(database.takeEvents() == [])
        for number in 2..<count { database("SREM s \(prefix)\(number)") }
        #expect(database.takeEvents().suffix(2) == ["srem s", "del s"])
        #expect(database.keyspace.count == 0)
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("SREM text m").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("SREM s") == .error("ERR wrong number of arguments for 'srem' command"))
    }
}
