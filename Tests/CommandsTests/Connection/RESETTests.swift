// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("RESET")
struct RESETTests {
    @Test("starts over")
    func startsOver() {
        let transcript = #"""
            > SELECT 3
            +OK
            > MULTI
            +OK
            > SET a 1
            +QUEUED
            > RESET
            +RESET
            > EXEC
            -ERR EXEC without MULTI
            > EXISTS a
            :0
            > WATCH a
            +OK
            > RESET
            +RESET
            2> SET a 1
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            > GET a
            $1 1
            @ 3
            > RESET
            +RESET
            > GET none
            $-1
            > RESET x
            -ERR wrong number of arguments for 'reset' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
