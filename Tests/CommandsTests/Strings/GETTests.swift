// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("GET")
struct GETTests {
    @Test("answers with the string, or null")
    func value() {
        let database = TestDatabase()
        database("SET k 'a b'")
        #expect(database("GET k") == "a b")
        #expect(database("GET missing") == nil)
        #expect(database.client.wire("GET missing") == "$-1\r\n")
        database.client.session.protocolVersion = 3
        #expect(database.client.wire("GET missing") == "_\r\n")
    }

    @Test("wants exactly one key")
    func arity() {
        let database = TestDatabase()
        #expect(database("GET") == .error("ERR wrong number of arguments for 'get' command"))
        #expect(database("GET a b").isError(startingWith: "ERR wrong number of arguments"))
    }
}
