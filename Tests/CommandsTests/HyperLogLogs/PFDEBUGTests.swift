// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("PFDEBUG")
struct PFDEBUGTests {
    @Test("does not touch who watches the key")
    func watched() {
        let database = TestDatabase()
        database("PFADD k a b")
        database("WATCH k")
        #expect(database("PFDEBUG TODENSE k") == 1)
        database("MULTI")
        #expect(database("EXEC") == [])
    }

    @Test("shows encoding and runs")
    func shows() {
        let transcript = #"""
            > PFADD k a b c
            :1
            > PFDEBUG ENCODING k
            +sparse
            > PFDEBUG DECODE k
            $44 Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603
            > PFDEBUG TODENSE k
            :1
            > PFDEBUG TODENSE k
            :0
            > PFDEBUG ENCODING k
            +dense
            > PFDEBUG DECODE k
            -ERR HLL encoding is not sparse
            > PFCOUNT k
            :3
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > PFDEBUG ENCODING none
            -ERR The specified key does not exist
            > PFADD k a
            :1
            > PFDEBUG NONSENSE k
            -ERR Unknown PFDEBUG subcommand 'NONSENSE'
            > PFDEBUG ENCODING
            -ERR wrong number of arguments for 'pfdebug' command
            > SET s foo
            +OK
            > PFDEBUG ENCODING s
            -WRONGTYPE Key is not a valid HyperLogLog string value.
            > LPUSH l a
            :1
            > PFDEBUG DECODE l
            -WRONGTYPE Operation against a key holding the wrong kind of value
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
