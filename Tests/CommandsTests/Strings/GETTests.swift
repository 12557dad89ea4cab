// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("GET")
struct GETTests {
    @Test("answers with the string or null")
    func answersWithTheStringOrNull() {
        let transcript = #"""
            > SET k "a b"
            +OK
            > GET k
            $3 a b
            > GET missing
            $-1
            > SET bin "\x00\r\n\x7f"
            +OK
            > STRLEN bin
            :4
            @ 3
            > GET missing
            _
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("wants exactly one key")
    func wantsExactlyOneKey() {
        let transcript = #"""
            > GET
            -ERR wrong number of arguments for 'get' command
            > GET a b
            -ERR wrong number of arguments for 'get' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
