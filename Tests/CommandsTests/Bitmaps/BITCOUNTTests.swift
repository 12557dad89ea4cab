// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("BITCOUNT")
struct BITCOUNTTests {
    @Test("counts the whole and parts, by bytes and by bits")
    func countsParts() {
        let transcript = #"""
            > SET k foobar
            +OK
            > BITCOUNT k
            :26
            > BITCOUNT k 0 0
            :4
            > BITCOUNT k 1 1
            :6
            > BITCOUNT k 0 -1
            :26
            > BITCOUNT k -2 -1
            :7
            > BITCOUNT k 5 30 BIT
            :17
            > BITCOUNT k 0 -5 bit
            :25
            > BITCOUNT k 1 1 BYTE
            :6
            > BITCOUNT k -100 100
            :26
            > BITCOUNT k 3 1
            :0
            > BITCOUNT k -1 -2
            :0
            > BITCOUNT k 9223372036854775807 -1
            :0
            > BITCOUNT k -9223372036854775808 9223372036854775807 BIT
            :26
            > BITCOUNT none
            :0
            > BITCOUNT none 0 -1
            :0
            > SET empty ""
            +OK
            > BITCOUNT empty
            :0
            > BITCOUNT empty 0 -1
            :0
            > BITCOUNT empty 0 0 BIT
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SET k foobar
            +OK
            > LPUSH l a
            :1
            > BITCOUNT l
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > BITCOUNT l 0 0
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > BITCOUNT k 0
            -ERR syntax error
            > BITCOUNT k 0 x
            -ERR value is not an integer or out of range
            > BITCOUNT k x 0
            -ERR value is not an integer or out of range
            > BITCOUNT k 0 0 nibble
            -ERR syntax error
            > BITCOUNT k 0 0 BIT x
            -ERR syntax error
            > BITCOUNT none 0 0 nibble
            -ERR syntax error
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
