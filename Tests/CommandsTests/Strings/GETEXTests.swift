// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("GETEX")
struct GETEXTests {
    @Test("sets when the key ends")
    func setsWhenTheKeyEnds() {
        let transcript = #"""
            > SET k v
            +OK
            > GETEX k
            $1 v
            > TTL k
            :-1
            > GETEX k EX 100
            $1 v
            > TTL k
            :100
            > GETEX k px 200000
            $1 v
            > TTL k
            :200
            > GETEX k EXAT 99999999999
            $1 v
            > EXPIRETIME k
            :99999999999
            > GETEX k PXAT 99999999999000
            $1 v
            > EXPIRETIME k
            :99999999999
            > GETEX k
            $1 v
            > EXPIRETIME k
            :99999999999
            > GETEX k PERSIST
            $1 v
            > TTL k
            :-1
            > GETEX k PERSIST
            $1 v
            > GETEX k EX 1 EX 100
            $1 v
            > TTL k
            :100
            > GETEX k EXAT 1
            $1 v
            > EXISTS k
            :0
            > GETEX k EX 100
            $-1
            > GETEX k EX 0
            $-1
            > SET k v
            +OK
            > GETEX k PXAT 1000
            $1 v
            > EXISTS k
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SET k v
            +OK
            > GETEX k EX 0
            -ERR invalid expire time in 'getex' command
            > GETEX k EX -1
            -ERR invalid expire time in 'getex' command
            > GETEX k EX a
            -ERR value is not an integer or out of range
            > GETEX k EX 9223372036854775807
            -ERR invalid expire time in 'getex' command
            > GETEX k PX 9223372036854775807
            -ERR invalid expire time in 'getex' command
            > GETEX k EXAT 0
            -ERR invalid expire time in 'getex' command
            > GETEX k EXAT 9223372036854775807
            -ERR invalid expire time in 'getex' command
            > GETEX k EX
            -ERR syntax error
            > GETEX k EX 1 PX 1
            -ERR syntax error
            > GETEX k EX 1 PERSIST
            -ERR syntax error
            > GETEX k PERSIST EX 1
            -ERR syntax error
            > GETEX k KEEPTTL
            -ERR syntax error
            > GETEX k NX
            -ERR syntax error
            > GETEX
            -ERR wrong number of arguments for 'getex' command
            > TTL k
            :-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
