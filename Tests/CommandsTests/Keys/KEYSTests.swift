// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("KEYS")
struct KEYSTests {
    @Test("matches by pattern")
    func matchesByPattern() {
        let transcript = #"""
            > KEYS *
            *0
            > SET one 1
            +OK
            > KEYS *
            *1 $3 one
            > KEYS o?e
            *1 $3 one
            > KEYS o[a-n]e
            *1 $3 one
            > KEYS o[^n]e
            *0
            > KEYS one
            *1 $3 one
            > KEYS on
            *0
            > KEYS on*
            *1 $3 one
            > KEYS O*
            *0
            > SET a*b 2
            +OK
            > KEYS a\\*b
            *0
            > KEYS
            -ERR wrong number of arguments for 'keys' command
            > KEYS a b
            -ERR wrong number of arguments for 'keys' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
