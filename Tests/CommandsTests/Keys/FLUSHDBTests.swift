// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("FLUSHDB")
struct FLUSHDBTests {
    @Test("empties")
    func empties() {
        let transcript = #"""
            > MSET a 1 b 2
            +OK
            > SELECT 1
            +OK
            > SET c 3
            +OK
            > FLUSHDB
            +OK
            > DBSIZE
            :0
            > SELECT 0
            +OK
            > DBSIZE
            :2
            > FLUSHDB ASYNC
            +OK
            > DBSIZE
            :0
            > SET a 1
            +OK
            > FLUSHDB sync
            +OK
            > DBSIZE
            :0
            > SET a 1
            +OK
            > SELECT 2
            +OK
            > SET b 1
            +OK
            > FLUSHALL
            +OK
            > DBSIZE
            :0
            > SELECT 0
            +OK
            > DBSIZE
            :0
            > FLUSHALL ASYNC
            +OK
            > FLUSHALL SYNC
            +OK
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > FLUSHDB FOO
            -ERR syntax error
            > FLUSHDB ASYNC SYNC
            -ERR syntax error
            > FLUSHALL FOO
            -ERR syntax error
            > FLUSHALL SYNC ASYNC
            -ERR syntax error
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
