// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("SET")
struct SETTests {
    @Test("sets and clears the expiry")
    func setsAndClearsTheExpiry() {
        let transcript = #"""
            > SET k v
            +OK
            > GET k
            $1 v
            > SET k w EX 100
            +OK
            > TTL k
            :100
            > SET k x
            +OK
            > TTL k
            :-1
            > SET k y PX 100000
            +OK
            > SET k z KEEPTTL
            +OK
            > TTL k
            :100
            > GET k
            $1 z
            > SET k a EXAT 99999999999
            +OK
            > EXPIRETIME k
            :99999999999
            > SET k a PXAT 99999999999000
            +OK
            > EXPIRETIME k
            :99999999999
            > SET k a EX 1 EX 100
            +OK
            > TTL k
            :100
            > SET k v PXAT 1
            +OK
            > GET k
            $-1
            > SET k v EXAT 1
            +OK
            > EXISTS k
            :0
            > SET u v KEEPTTL
            +OK
            > TTL u
            :-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("sets under a condition")
    func setsUnderACondition() {
        let transcript = #"""
            > SET k v XX
            $-1
            > EXISTS k
            :0
            > SET k v NX
            +OK
            > SET k w NX
            $-1
            > GET k
            $1 v
            > SET k w XX
            +OK
            > GET k
            $1 w
            > SET k x NX NX
            $-1
            > SET k x nx get
            $1 w
            > SET n x NX GET
            $-1
            > GET n
            $1 x
            > SET k y XX GET
            $1 w
            > SET m y XX GET
            $-1
            > EXISTS m
            :0
            > SET k z GET
            $1 y
            > SET k z EX 100 GET NX
            $1 z
            > TTL k
            :-1
            > SETNX k 1
            :0
            > SETNX o 1
            :1
            > GET o
            $1 1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("ends in time")
    func endsInTime() {
        let transcript = #"""
            > SETEX k 100 v
            +OK
            > TTL k
            :100
            > PSETEX k 200000 w
            +OK
            > TTL k
            :200
            > GET k
            $1 w
            > SET s v PX 60
            +OK
            > GET s
            $1 v
            ~ 80
            > GET s
            $-1
            > EXISTS s
            :0
            > SET s v NX
            +OK
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SET k
            -ERR wrong number of arguments for 'set' command
            > SET k v NX XX
            -ERR syntax error
            > SET k v XX NX
            -ERR syntax error
            > SET k v FOO
            -ERR syntax error
            > SET k v EX
            -ERR syntax error
            > SET k v EX 0
            -ERR invalid expire time in 'set' command
            > SET k v EX -1
            -ERR invalid expire time in 'set' command
            > SET k v EX a
            -ERR value is not an integer or out of range
            > SET k v PX 0
            -ERR invalid expire time in 'set' command
            > SET k v EXAT 0
            -ERR invalid expire time in 'set' command
            > SET k v PXAT -5
            -ERR invalid expire time in 'set' command
            > SET k v EX 9223372036854775807
            -ERR invalid expire time in 'set' command
            > SET k v EX 9223372036854776
            -ERR invalid expire time in 'set' command
            > SET k v PX 9223372036854775807
            -ERR invalid expire time in 'set' command
            > SET k v EX 1 PX 1
            -ERR syntax error
            > SET k v EX 1 KEEPTTL
            -ERR syntax error
            > SET k v KEEPTTL EX 1
            -ERR syntax error
            > SET k v KEEPTTL KEEPTTL
            +OK
            > SET k v PERSIST
            -ERR syntax error
            > SET k v EX 1 EXAT 1
            -ERR syntax error
            > SETNX k
            -ERR wrong number of arguments for 'setnx' command
            > SETNX k v w
            -ERR wrong number of arguments for 'setnx' command
            > SETEX k 0 v
            -ERR invalid expire time in 'setex' command
            > SETEX k -1 v
            -ERR invalid expire time in 'setex' command
            > SETEX k a v
            -ERR value is not an integer or out of range
            > SETEX k 9223372036854775807 v
            -ERR invalid expire time in 'setex' command
            > SETEX k 1
            -ERR wrong number of arguments for 'setex' command
            > PSETEX k 0 v
            -ERR invalid expire time in 'psetex' command
            > PSETEX k a v
            -ERR value is not an integer or out of range
            > PSETEX k 9223372036854775807 v
            -ERR invalid expire time in 'psetex' command
            > PSETEX k 1
            -ERR wrong number of arguments for 'psetex' command
            > SET k v IFEQ x
            -ERR syntax error
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
