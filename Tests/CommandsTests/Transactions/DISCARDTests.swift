// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("DISCARD")
struct DISCARDTests {
    @Test("forgets")
    func forgets() {
        let transcript = #"""
            > MULTI
            +OK
            > SET a 1
            +QUEUED
            > DISCARD
            +OK
            > GET a
            $-1
            > DISCARD
            -ERR DISCARD without MULTI
            > EXEC
            -ERR EXEC without MULTI
            > WATCH a
            +OK
            > MULTI
            +OK
            > DISCARD
            +OK
            > SET a 2
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            > DISCARD a
            -ERR wrong number of arguments for 'discard' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
