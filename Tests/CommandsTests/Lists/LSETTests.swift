// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LSET")
struct LSETTests {
    let database = TestDatabase()

    @Test("gives an element another value")
    func set() {
        database("RPUSH list a b c")
        #expect(database("LSET list 1 x") == "OK")
        #expect(database("LSET list -1 a-longer-value") == "OK")
        #expect(database("LRANGE list 0 -1") == ["a", "x", "a-longer-value"])
    }

    @Test("refuses what is not there")
    func rejection() {
        database("SET text value")
        database("RPUSH list a")
        #expect(database("LSET missing x y") == .error("ERR no such key"))
        #expect(database("LSET text 0 y").isError(startingWith: "WRONGTYPE"))
        #expect(database("LSET list x y") == .error("ERR value is not an integer or out of range"))
        #expect(database("LSET list 1 y") == .error("ERR index out of range"))
        #expect(database("LSET list -2 y") == .error("ERR index out of range"))
    }
}
