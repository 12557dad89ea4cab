// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LPOP")
struct LPOPTests {
    let database = TestDatabase()

    @Test("takes one element from either end, and the key with the last")
    func single() {
        database("RPUSH list a b c")
        #expect(database("LPOP list") == "a")
        #expect(database("RPOP list") == "c")
        #expect(database("LPOP list") == "b")
        #expect(database.client.wire("LPOP list") == "$-1\r\n")
        #expect(database.keyspace.count == 0)
    }

    @Test("takes several, in popping order")
    func several() {
        database("RPUSH list a b c d e")
        #expect(database("LPOP list 2") == ["a", "b"])
        #expect(database("RPOP list 2") == ["e", "d"])
        #expect(database("RPOP list 0") == [])
        #expect(database("LPOP list 9223372036854775807") == ["c"])
        #expect(database.client.wire("LPOP list 1") == "*-1\r\n")
        #expect(database.client.wire("RPOP list 0") == "*-1\r\n")
    }

    @Test(
        "refuses bad counts", arguments: ["LPOP", "RPOP"]
    )
    func rejection(name: String) {
        database("SET text value")
        database("RPUSH list a")
        let positive: Reply = .error("ERR value is out of range, must be positive")
        #expect(database("\(name) list -1") == positive)
        #expect(database("\(name) list x") == positive)
        #expect(database("\(name) missing -1") == positive)
        #expect(database("\(name) text").isError(startingWith: "WRONGTYPE"))
        #expect(database("\(name) text 0").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("\(name) list 1 2").isError(
                startingWith: "ERR wrong number of arguments for '"))
    }

    @Test("tells what happened")
    func events() {
        database("RPUSH list a b c")
        database.collectEvents()
        database("LPOP list")
        database("RPOP list 5")
        #expect(database.takeEvents() == ["lpop list", "rpop list", "del list"])
    }
}
