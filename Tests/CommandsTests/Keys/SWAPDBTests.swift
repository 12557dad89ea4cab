// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("SWAPDB")
struct SWAPDBTests {
    @Test("exchanges databases under their clients")
    func exchangesDatabasesUnderTheirClients() {
        let transcript = #"""
            > SET a 0
            +OK
            > SELECT 1
            +OK
            > SET a 1
            +OK
            2> GET a
            $1 0
            > SWAPDB 0 1
            +OK
            > GET a
            $1 0
            2> GET a
            $1 1
            > SWAPDB 1 1
            +OK
            > GET a
            $1 0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("is a change for those who watch")
    func isAChangeForThoseWhoWatch() {
        let transcript = #"""
            2> WATCH a
            +OK
            2> MULTI
            +OK
            2> PING
            +QUEUED
            > SELECT 1
            +OK
            > SET a 1
            +OK
            > SWAPDB 0 1
            +OK
            2> EXEC
            *-1
            2> WATCH none
            +OK
            2> MULTI
            +OK
            2> PING
            +QUEUED
            > SWAPDB 0 1
            +OK
            2> EXEC
            *1 +PONG
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SWAPDB a 1
            -ERR invalid first DB index
            > SWAPDB 0 b
            -ERR invalid second DB index
            > SWAPDB 0 99
            -ERR DB index is out of range
            > SWAPDB -1 0
            -ERR DB index is out of range
            > SWAPDB 0
            -ERR wrong number of arguments for 'swapdb' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
