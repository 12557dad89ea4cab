// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("TOUCH")
struct TOUCHTests {
    @Test("counts what it marks")
    func countsWhatItMarks() {
        let transcript = #"""
            > MSET a 1 b 2
            +OK
            > TOUCH a b c a
            :3
            > TOUCH
            -ERR wrong number of arguments for 'touch' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
