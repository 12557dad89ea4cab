// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("PFCOUNT")
struct PFCOUNTTests {
    @Test("counts one and several")
    func counts() {
        let transcript = #"""
            > PFADD k a b c d e f g
            :1
            > PFADD l e f g h i
            :1
            > PFCOUNT k
            :7
            > PFCOUNT l
            :5
            > PFCOUNT k l
            :9
            > PFCOUNT k l none
            :9
            > PFCOUNT none
            :0
            > PFCOUNT none none
            :0
            > PFADD k z
            :1
            > PFCOUNT k
            :8
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > PFADD k a b c
            :1
            > APPEND k hello
            :32
            > PFCOUNT k
            -INVALIDOBJ Corrupted HLL object detected
            > PFCOUNT k none
            -INVALIDOBJ Corrupted HLL object detected
            > PFDEBUG GETREG k
            -INVALIDOBJ Corrupted HLL object detected
            > SETRANGE k 0 X
            :32
            > PFCOUNT k
            -WRONGTYPE Key is not a valid HyperLogLog string value.
            > LPUSH l a
            :1
            > PFCOUNT l
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > PFCOUNT none l
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > SET full "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x40"
            +OK
            > PFCOUNT full
            -INVALIDOBJ Corrupted HLL object detected
            > PFCOUNT
            -ERR wrong number of arguments for 'pfcount' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
