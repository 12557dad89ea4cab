// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("PFMERGE")
struct PFMERGETests {
    @Test("merges into the target")
    func merges() {
        let transcript = #"""
            > PFADD a 1 2 3
            :1
            > PFADD b 3 4 5
            :1
            > PFMERGE c a b
            +OK
            > PFCOUNT c
            :5
            > PFDEBUG ENCODING c
            +sparse
            > PFMERGE c
            +OK
            > PFCOUNT c
            :5
            > PFMERGE d none
            +OK
            > PFCOUNT d
            :0
            > PFDEBUG DECODE d
            $7 Z:16384
            > PFDEBUG TODENSE b
            :1
            > PFMERGE c b
            +OK
            > PFDEBUG ENCODING c
            +dense
            > PFCOUNT c
            :5
            > STRLEN c
            :12304
            > EXPIRE c 100
            :1
            > PFMERGE c a
            +OK
            > TTL c
            :100
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > LPUSH l a
            :1
            > PFMERGE c l
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > PFMERGE l c
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > EXISTS c
            :0
            > SET s foo
            +OK
            > PFMERGE c s
            -WRONGTYPE Key is not a valid HyperLogLog string value.
            > EXISTS c
            :0
            > PFMERGE
            -ERR wrong number of arguments for 'pfmerge' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
