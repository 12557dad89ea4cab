// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("ECHO")
struct ECHOTests {
    @Test("answers with its argument")
    func answersWithItsArgument() {
        let transcript = #"""
            > ECHO hello
            $5 hello
            > ECHO ""
            $0 
            > ECHO
            -ERR wrong number of arguments for 'echo' command
            > ECHO a b
            -ERR wrong number of arguments for 'echo' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
