// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("BITOP")
struct BITOPTests {
    @Test("combines strings of different lengths")
    func combines() {
        let transcript = #"""
            > SET a "\x01\x02abcdefgh"
            +OK
            > SET b "\x03\x06"
            +OK
            > BITOP AND d a b
            :10
            > STRLEN d
            :10
            > BITCOUNT d
            :2
            > OBJECT ENCODING d
            $3 raw
            > BITOP or d a b
            :10
            > GETRANGE d 2 -1
            $8 abcdefgh
            > BITOP XOR d a b none
            :10
            > BITCOUNT d
            :31
            > BITOP NOT d a
            :10
            > BITCOUNT d
            :49
            > SET x abc
            +OK
            > SET y abd
            +OK
            > SET z "ab "
            +OK
            > BITOP DIFF d x y z
            :3
            > BITCOUNT d
            :2
            > BITOP DIFF1 d x y z
            :3
            > BITCOUNT d
            :1
            > BITOP ANDOR d x y z
            :3
            > BITCOUNT d
            :8
            > BITOP ONE d x y z
            :3
            > BITCOUNT d
            :3
            > BITOP ONE d x
            :3
            > GET d
            $3 abc
            > BITOP AND d x
            :3
            > GET d
            $3 abc
            > SET n 123
            +OK
            > BITOP OR d n
            :3
            > GET d
            $3 123
            > OBJECT ENCODING d
            $3 raw
            > EXPIRE d 100
            :1
            > BITOP OR d n
            :3
            > TTL d
            :-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("removes the target when nothing is in the sources")
    func removesTarget() {
        let transcript = #"""
            > SET d value
            +OK
            > BITOP AND d none1 none2
            :0
            > EXISTS d
            :0
            > BITOP OR d none
            :0
            > LPUSH l a
            :1
            > BITOP NOT l none
            :0
            > EXISTS l
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SET s x
            +OK
            > LPUSH l a
            :1
            > BITOP NAND d s
            -ERR syntax error
            > BITOP NOT d s s
            -ERR BITOP NOT must be called with a single source key.
            > BITOP DIFF d s
            -ERR BITOP DIFF must be called with at least two source keys.
            > BITOP DIFF1 d s
            -ERR BITOP DIFF1 must be called with at least two source keys.
            > BITOP andor d s
            -ERR BITOP ANDOR must be called with at least two source keys.
            > BITOP AND d s l
            -WRONGTYPE Operation against a key holding the wrong kind of value
            > BITOP OR d
            -ERR wrong number of arguments for 'bitop' command
            > EXISTS d
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
