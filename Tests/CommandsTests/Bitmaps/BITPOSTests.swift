// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("BITPOS")
struct BITPOSTests {
    @Test("finds the first bit, by bytes and by bits")
    func findsBits() {
        let transcript = #"""
            > SET k "\xff\xf0\x00"
            +OK
            > BITPOS k 0
            :12
            > BITPOS k 1
            :0
            > BITPOS k 1 2
            :-1
            > BITPOS k 1 -1
            :-1
            > BITPOS k 0 0 0
            :-1
            > BITPOS k 0 0 1
            :12
            > BITPOS k 0 1 -1
            :12
            > BITPOS k 1 7 15 BIT
            :7
            > BITPOS k 0 7 11 BIT
            :-1
            > BITPOS k 0 7 12 BIT
            :12
            > BITPOS k 1 12 -1 BIT
            :-1
            > BITPOS k 0 -12 -1 BIT
            :12
            > BITPOS k 0 5 3
            :-1
            > BITPOS k 0 -1 -9223372036854775808
            :-1
            > SET ones "\xff\xff\xff"
            +OK
            > BITPOS ones 0
            :24
            > BITPOS ones 0 0
            :24
            > BITPOS ones 0 1
            :24
            > BITPOS ones 0 0 -1
            :-1
            > BITPOS ones 0 3
            :-1
            > BITPOS ones 0 8 15 BIT
            :-1
            > SET zeros "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
            +OK
            > BITPOS zeros 1
            :-1
            > BITPOS zeros 1 0 -1 BIT
            :-1
            > BITPOS none 0
            :0
            > BITPOS none 1
            :-1
            > BITPOS none 0 5 6
            :0
            > SET empty ""
            +OK
            > BITPOS empty 0
            :-1
            > BITPOS empty 1
            :-1
            > BITPOS empty 0 0
            :-1
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
            > BITPOS l 0
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > BITPOS k 2
            -ERR The bit argument must be 1 or 0.
            > BITPOS k x
            -ERR value is not an integer or out of range
            > BITPOS k 0 x
            -ERR value is not an integer or out of range
            > BITPOS k 0 0 x
            -ERR value is not an integer or out of range
            > BITPOS k 0 0 x nibble
            -ERR syntax error
            > BITPOS k 0 0 0 nibble
            -ERR syntax error
            > BITPOS k 0 0 0 BIT x
            -ERR syntax error
            > BITPOS l 2 x
            -ERR The bit argument must be 1 or 0.
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
