// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VTTL")
struct VTTLTests {
    @Test("answers with the time that is left, in whole seconds, or with when that is")
    func times() {
        let database = TestDatabase(nowMilliseconds: 1_000_000)
        database("VADD v VALUES 2 1 0 a PX 1500")
        database("VADD v VALUES 2 1 0 b")
        #expect(database("VTTL v ELEMENTS 3 a b x") == [2, -1, -2])
        #expect(database("VPTTL v ELEMENTS 3 a b x") == [1500, -1, -2])
        #expect(database("VEXPIRETIME v ELEMENTS 3 a b x") == [1002, -1, -2])
        #expect(database("VPEXPIRETIME v ELEMENTS 3 a b x") == [1_001_500, -1, -2])
        #expect(database("VTTL missing ELEMENTS 2 a b") == [-2, -2])
        database.advance(milliseconds: 1500)
        #expect(database("VTTL v ELEMENTS 1 a") == [-2])
        #expect(database("VPEXPIRETIME v ELEMENTS 1 a") == [-2])
    }

    @Test(
        "explains what it cannot accept",
        arguments: ["VTTL", "VPTTL", "VEXPIRETIME", "VPEXPIRETIME"])
    func rejection(command: String) {
        let database = TestDatabase()
        database("SET text value")
        database("VADD v VALUES 2 1 0 a")
        #expect(database("\(command) text ELEMENTS 1 a").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("\(command) v ELEMENTS 0 a")
                == .error("ERR Number of elements must be a positive integer"))
        #expect(
            database("\(command) v ELEMENTS 2 a")
                == .error("ERR The `numelements` parameter must match the number of arguments"))
        #expect(
            database("\(command) v 1 a x")
                == .error(
                    "ERR Mandatory argument ELEMENTS is missing or not at the right position"))
    }
}
