// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("STRLEN")
struct STRLENTests {
    @Test("measures")
    func measures() {
        let transcript = #"""
            > STRLEN none
            :0
            > SET k hello
            +OK
            > STRLEN k
            :5
            > SET n -123
            +OK
            > STRLEN n
            :4
            > STRLEN
            -ERR wrong number of arguments for 'strlen' command
            > STRLEN a b
            -ERR wrong number of arguments for 'strlen' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
