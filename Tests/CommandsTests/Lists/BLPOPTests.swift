// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("BLPOP")
struct BLPOPTests {
    let database = TestDatabase()

    @Test("takes at once from the first list that has elements")
    func immediate() {
        database("RPUSH second a b c")
        #expect(database("BLPOP first second 0") == ["second", "a"])
        #expect(database("BRPOP second first 0") == ["second", "c"])
        #expect(database("BLPOP second 0.5") == ["second", "b"])
        #expect(database("BRPOP first second 0") == .blocked)
    }

    @Test("refuses another type, if it comes before a list")
    func rejection() {
        database("SET text value")
        database("RPUSH list a b")
        #expect(database("BLPOP missing text list 0").isError(startingWith: "WRONGTYPE"))
        #expect(database("BLPOP list text 0") == ["list", "a"])
        #expect(database("BLPOP list").isError(startingWith: "ERR wrong number of arguments"))
    }
}
