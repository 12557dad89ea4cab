// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("WATCH")
struct WATCHTests {
    @Test("stops EXEC after a change")
    func stopsExecAfterAChange() {
        let transcript = #"""
            > SET a 1
            +OK
            > WATCH a
            +OK
            2> SET a 2
            +OK
            > MULTI
            +OK
            > SET a 3
            +QUEUED
            > EXEC
            *-1
            > GET a
            $1 2
            > MULTI
            +OK
            > SET a 3
            +QUEUED
            > EXEC
            *1 +OK
            > WATCH a
            +OK
            > MULTI
            +OK
            > SET a 4
            +QUEUED
            > EXEC
            *1 +OK
            > WATCH a
            +OK
            2> GET a
            $1 4
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            > WATCH a none
            +OK
            2> SET none 1
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *-1
            > WATCH a
            +OK
            > SET a 5
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *-1
            > WATCH a
            +OK
            2> DEL nothing
            :0
            2> DEL a
            :1
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *-1
            @ 3
            > WATCH a
            +OK
            2> SET a 1
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            _
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("can be called off")
    func canBeCalledOff() {
        let transcript = #"""
            > WATCH a
            +OK
            2> SET a 1
            +OK
            > UNWATCH
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            > WATCH a
            +OK
            2> SET a 1
            +OK
            > MULTI
            +OK
            > UNWATCH
            +QUEUED
            > EXEC
            *-1
            > UNWATCH a
            -ERR wrong number of arguments for 'unwatch' command
            > WATCH
            -ERR wrong number of arguments for 'watch' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("knows databases apart")
    func knowsDatabasesApart() {
        let transcript = #"""
            > WATCH a
            +OK
            2> SELECT 1
            +OK
            2> SET a 1
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("sees keys flushed")
    func seesKeysFlushed() {
        let transcript = #"""
            > SET a 1
            +OK
            > WATCH a none
            +OK
            2> FLUSHDB
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *-1
            > WATCH none
            +OK
            2> FLUSHALL
            +OK
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("sees keys expire")
    func seesKeysExpire() {
        let transcript = #"""
            > SET a 1 PX 30
            +OK
            > WATCH a
            +OK
            ~ 50
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *-1
            > SET a 1 PX 30
            +OK
            ~ 50
            > WATCH a
            +OK
            2> GET a
            $-1
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *1 +PONG
            > SET a 1 PX 30
            +OK
            > WATCH a
            +OK
            ~ 50
            2> DEL a
            :0
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *-1
            > SET a 1
            +OK
            > WATCH a
            +OK
            2> EXPIRE a 100
            :1
            > MULTI
            +OK
            > PING
            +QUEUED
            > EXEC
            *-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
