// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("EXPIRE")
struct EXPIRETests {
    @Test("lets keys end")
    func letsKeysEnd() {
        let transcript = #"""
            > SET k v
            +OK
            > EXPIRE k 100
            :1
            > TTL k
            :100
            > PEXPIRE k 200000
            :1
            > TTL k
            :200
            > EXPIREAT k 99999999999
            :1
            > EXPIRETIME k
            :99999999999
            > PEXPIREAT k 99999999999001
            :1
            > PEXPIRETIME k
            :99999999999001
            > EXPIRE none 100
            :0
            > EXPIRE k -1
            :1
            > EXISTS k
            :0
            > SET k v
            +OK
            > EXPIRE k 0
            :1
            > EXISTS k
            :0
            > SET k v
            +OK
            > EXPIREAT k 1
            :1
            > EXISTS k
            :0
            > SET k v
            +OK
            > PEXPIREAT k -5
            :1
            > EXISTS k
            :0
            > SET k v
            +OK
            > PEXPIRE k -9223372036854775808
            :1
            > EXISTS k
            :0
            > SET k v
            +OK
            > PEXPIRE k 30
            :1
            ~ 50
            > GET k
            $-1
            > EXPIRE k 10
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("looks at the present expiry")
    func looksAtThePresentExpiry() {
        let transcript = #"""
            > SET k v
            +OK
            > EXPIRE k 100 XX
            :0
            > EXPIRE k 100 GT
            :0
            > TTL k
            :-1
            > EXPIRE k 100 NX
            :1
            > EXPIRE k 200 NX
            :0
            > TTL k
            :100
            > EXPIRE k 50 GT
            :0
            > EXPIRE k 200 GT
            :1
            > TTL k
            :200
            > EXPIRE k 300 LT
            :0
            > EXPIRE k 150 LT
            :1
            > TTL k
            :150
            > EXPIRE k 120 XX LT
            :1
            > EXPIRE k 500 xx gt
            :1
            > TTL k
            :500
            > PERSIST k
            :1
            > EXPIRE k 100 LT
            :1
            > TTL k
            :100
            > EXPIRE k -1 GT
            :0
            > EXISTS k
            :1
            > EXPIRE k -1 LT
            :1
            > EXISTS k
            :0
            > EXPIRE none 100 NX
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SET k v
            +OK
            > EXPIRE k a
            -ERR value is not an integer or out of range
            > EXPIRE k 1.5
            -ERR value is not an integer or out of range
            > EXPIRE k 10 FOO
            -ERR Unsupported option FOO
            > EXPIRE k 10 NX XX
            -ERR NX and XX, GT or LT options at the same time are not compatible
            > EXPIRE k 10 NX GT
            -ERR NX and XX, GT or LT options at the same time are not compatible
            > EXPIRE k 10 NX LT
            -ERR NX and XX, GT or LT options at the same time are not compatible
            > EXPIRE k 10 GT LT
            -ERR GT and LT options at the same time are not compatible
            > EXPIRE k a NX GT
            -ERR NX and XX, GT or LT options at the same time are not compatible
            > EXPIRE k 9223372036854775807
            -ERR invalid expire time in 'expire' command
            > EXPIRE k 9223372036854776
            -ERR invalid expire time in 'expire' command
            > EXPIRE k -9223372036854776
            -ERR invalid expire time in 'expire' command
            > PEXPIRE k 9223372036854775807
            -ERR invalid expire time in 'pexpire' command
            > EXPIREAT k 9223372036854775807
            -ERR invalid expire time in 'expireat' command
            > EXPIREAT k -9223372036854775808
            -ERR invalid expire time in 'expireat' command
            > PEXPIREAT k 9223372036854775808
            -ERR value is not an integer or out of range
            > EXPIRE none 9223372036854775807
            -ERR invalid expire time in 'expire' command
            > TTL k
            :-1
            > EXPIRE k
            -ERR wrong number of arguments for 'expire' command
            > PEXPIRE k
            -ERR wrong number of arguments for 'pexpire' command
            > EXPIREAT k
            -ERR wrong number of arguments for 'expireat' command
            > PEXPIREAT k
            -ERR wrong number of arguments for 'pexpireat' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
