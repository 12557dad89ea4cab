// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("EXISTS")
struct EXISTSTests {
    @Test("counts what exists")
    func countsWhatExists() {
        let transcript = #"""
            > MSET a 1 b 2
            +OK
            > EXISTS a
            :1
            > EXISTS a b c a
            :3
            > EXISTS
            -ERR wrong number of arguments for 'exists' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
