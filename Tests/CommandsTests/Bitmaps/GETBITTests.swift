// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("GETBIT")
struct GETBITTests {
    @Test("reads bits, zeros behind the end")
    func readsBits() {
        let transcript = #"""
            > SET k foobar
            +OK
            > GETBIT k 0
            :0
            > GETBIT k 1
            :1
            > GETBIT k 2
            :1
            > GETBIT k 47
            :0
            > GETBIT k 46
            :1
            > GETBIT k 48
            :0
            > GETBIT k 4294967295
            :0
            > GETBIT k 4294967296
            -ERR bit offset is not an integer or out of range
            > GETBIT none 5
            :0
            > SET i 12
            +OK
            > GETBIT i 2
            :1
            > GETBIT i 3
            :1
            > OBJECT ENCODING i
            $3 int
            > LPUSH l a
            :1
            > GETBIT l 0
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > GETBIT l -1
            -ERR bit offset is not an integer or out of range
            > GETBIT k #1
            -ERR bit offset is not an integer or out of range
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
