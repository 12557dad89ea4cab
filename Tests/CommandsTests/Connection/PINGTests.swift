// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("PING")
struct PINGTests {
    @Test("answers")
    func answers() {
        let transcript = #"""
            > PING
            +PONG
            > PING hello
            $5 hello
            > PING ""
            $0 
            > PING a b
            -ERR wrong number of arguments for 'ping' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
