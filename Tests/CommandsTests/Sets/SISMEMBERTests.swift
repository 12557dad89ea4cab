// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SISMEMBER, SMISMEMBER")
struct SISMEMBERTests {
    @Test("tell whether members are in", arguments: ["1 2", "1 2 x", "1 2 x LONG"])
    func membership(members: String) {
        let database = TestDatabase()
        let long = String(repeating: "y", count: 100)
        database("SADD s \(members.replacing("LONG", with: long))")
        #expect(database("SISMEMBER s 1") == 1)
        #expect(database("SISMEMBER s 01") == 0)
        #expect(database("SISMEMBER s 3") == 0)
        #expect(database("SISMEMBER missing 3") == 0)
        #expect(database("SMISMEMBER s 1 3 2 1") == [1, 0, 1, 1])
        #expect(database("SMISMEMBER missing 1 2") == [0, 0])
    }

    @Test("refuse another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("SISMEMBER text m").isError(startingWith: "WRONGTYPE"))
        #expect(database("SMISMEMBER text m").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("SMISMEMBER s")
                == .error("ERR wrong number of arguments for 'smismember' command"))
    }
}
