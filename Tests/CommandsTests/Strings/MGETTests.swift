// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("MGET")
struct MGETTests {
    @Test("answers every key, the missing ones with null")
    func answersEveryKeyTheMissingOnesWithNull() {
        let transcript = #"""
            > MSET a 1 b 2
            +OK
            > MGET a b c a
            *4 $1 1 $1 2 $-1 $1 1
            @ 3
            > MGET a c
            *2 $1 1 _
            > MGET
            -ERR wrong number of arguments for 'mget' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
