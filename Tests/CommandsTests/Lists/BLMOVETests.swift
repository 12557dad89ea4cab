// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("BLMOVE")
struct BLMOVETests {
    let database = TestDatabase()

    @Test("moves at once what is there")
    func immediate() {
        database("RPUSH from a b")
        #expect(database("BLMOVE from to LEFT RIGHT 0") == "a")
        #expect(database("BRPOPLPUSH from to 1") == "b")
        #expect(database("LRANGE to 0 -1") == ["b", "a"])
        #expect(database("BLMOVE from to LEFT RIGHT 0") == .blocked)
    }

    @Test("refuses at once what cannot come right")
    func rejection() {
        database("SET text value")
        #expect(database("BLMOVE text to LEFT RIGHT 0").isError(startingWith: "WRONGTYPE"))
        #expect(database("BLMOVE from to UP RIGHT x") == .error("ERR syntax error"))
        #expect(database("BRPOPLPUSH text to 0").isError(startingWith: "WRONGTYPE"))
    }
}
