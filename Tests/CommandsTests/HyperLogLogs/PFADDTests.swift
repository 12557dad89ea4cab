// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("PFADD")
struct PFADDTests {
    @Test("tells whether the estimate changed")
    func adds() {
        let transcript = #"""
            > PFADD k
            :1
            > PFADD k
            :0
            > PFADD k a b c
            :1
            > PFADD k a b c
            :0
            > PFADD k ""
            :1
            > PFCOUNT k
            :4
            > STRLEN k
            :30
            > OBJECT ENCODING k
            $3 raw
            > PFDEBUG DECODE k
            $57 Z:5938 v:2,1 Z:2497 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603
            > EXPIRE k 100
            :1
            > PFADD k d
            :1
            > TTL k
            :100
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > LPUSH l a
            :1
            > PFADD l x
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > SET s "just a string"
            +OK
            > PFADD s x
            -WRONGTYPE Key is not a valid HyperLogLog string value.
            > SET i 1234
            +OK
            > PFADD i
            -WRONGTYPE Key is not a valid HyperLogLog string value.
            > SET h "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
            +OK
            > PFADD h x
            -INVALIDOBJ Corrupted HLL object detected
            > PFADD h
            :0
            > SET e "HYLL\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x7f\xff"
            +OK
            > PFADD e x
            -WRONGTYPE Key is not a valid HyperLogLog string value.
            > SET half "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x5f\xff"
            +OK
            > PFADD half d f e i
            -INVALIDOBJ Corrupted HLL object detected
            > STRLEN half
            :24
            > PFADD half d f
            :0
            > SET d "HYLL\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x7f\xff"
            +OK
            > PFADD d x
            -WRONGTYPE Key is not a valid HyperLogLog string value.
            > PFADD
            -ERR wrong number of arguments for 'pfadd' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
