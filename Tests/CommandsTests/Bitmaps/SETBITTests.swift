// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("SETBIT")
struct SETBITTests {
    @Test("sets, clears and lengthens with zeros")
    func setsAndLengthens() {
        let transcript = #"""
            > SETBIT k 7 1
            :0
            > SETBIT k 7 0
            :1
            > SETBIT k 7 0
            :0
            > STRLEN k
            :1
            > SETBIT k 100 1
            :0
            > STRLEN k
            :13
            > GETBIT k 100
            :1
            > BITCOUNT k
            :1
            > OBJECT ENCODING k
            $3 raw
            > SET n 1234
            +OK
            > SETBIT n 0 0
            :0
            > OBJECT ENCODING n
            $3 raw
            > GET n
            $4 1234
            > SETBIT n 6 1
            :0
            > GET n
            $4 3234
            > EXPIRE n 100
            :1
            > SETBIT n 7 1
            :1
            > TTL n
            :100
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SETBIT k x 1
            -ERR bit offset is not an integer or out of range
            > SETBIT k -1 1
            -ERR bit offset is not an integer or out of range
            > SETBIT k 4294967296 1
            -ERR bit offset is not an integer or out of range
            > SETBIT k 4294967295 2
            -ERR bit is not an integer or out of range
            > SETBIT k 1 x
            -ERR bit is not an integer or out of range
            > SETBIT k 1 -1
            -ERR bit is not an integer or out of range
            > SETBIT k #1 1
            -ERR bit offset is not an integer or out of range
            > SETBIT k 1
            -ERR wrong number of arguments for 'setbit' command
            > EXISTS k
            :0
            > LPUSH l a
            :1
            > SETBIT l 1 1
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > SETBIT l x 1
            -ERR bit offset is not an integer or out of range
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
