// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("MULTI")
struct MULTITests {
    @Test("queues")
    func queues() {
        let transcript = #"""
            > MULTI
            +OK
            > SET a 1
            +QUEUED
            > INCR a
            +QUEUED
            2> GET a
            $-1
            > EXEC
            *2 +OK :2
            2> GET a
            $1 2
            > MULTI
            +OK
            > EXEC
            *0
            > MULTI
            +OK
            > MULTI
            -ERR MULTI calls can not be nested
            > WATCH a
            -ERR WATCH inside MULTI is not allowed
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            > MULTI a
            -ERR wrong number of arguments for 'multi' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
