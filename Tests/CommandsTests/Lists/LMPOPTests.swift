// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LMPOP")
struct LMPOPTests {
    let database = TestDatabase()

    @Test("takes from the first list that has elements")
    func pop() {
        database("RPUSH second a b c d")
        #expect(database("LMPOP 2 first second LEFT") == ["second", ["a"]])
        #expect(database("LMPOP 2 first second right COUNT 2") == ["second", ["d", "c"]])
        #expect(database("BLMPOP 0 1 second LEFT count 10") == ["second", ["b"]])
        #expect(database.client.wire("LMPOP 1 second LEFT") == "*-1\r\n")
        #expect(database("BLMPOP 0 1 second LEFT") == .blocked)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("0 list LEFT", "ERR numkeys should be greater than 0"),
            ("x list LEFT", "ERR numkeys should be greater than 0"),
            ("2 list LEFT", "ERR syntax error"),
            ("9223372036854775807 list LEFT", "ERR syntax error"),
            ("1 list UP", "ERR syntax error"), ("1 list LEFT COUNT", "ERR syntax error"),
            ("1 list LEFT COUNT 0", "ERR count should be greater than 0"),
            ("1 list LEFT COUNT x", "ERR count should be greater than 0"),
            ("1 list LEFT COUNT 1 COUNT 2", "ERR syntax error"),
            ("1 list LEFT NUMBER 1", "ERR syntax error"), ("2 text list LEFT", "WRONGTYPE"),
        ] as [(String, String)]
    )
    func rejection(request: String, error: String) {
        database("SET text value")
        database("RPUSH list a")
        #expect(database("LMPOP \(request)").isError(startingWith: ByteString(error)))
        #expect(database("BLMPOP 0 \(request)").isError(startingWith: ByteString(error)))
    }
}
