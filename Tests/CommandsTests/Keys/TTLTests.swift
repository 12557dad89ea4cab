// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("TTL")
struct TTLTests {
    @Test("tells when keys end")
    func tellsWhenKeysEnd() {
        let transcript = #"""
            > TTL none
            :-2
            > PTTL none
            :-2
            > EXPIRETIME none
            :-2
            > PEXPIRETIME none
            :-2
            > SET k v
            +OK
            > TTL k
            :-1
            > PTTL k
            :-1
            > EXPIRETIME k
            :-1
            > PEXPIRETIME k
            :-1
            > PEXPIREAT k 99999999999500
            :1
            > EXPIRETIME k
            :100000000000
            > PEXPIRETIME k
            :99999999999500
            > PEXPIREAT k 99999999999499
            :1
            > EXPIRETIME k
            :99999999999
            > PEXPIREAT k 9223372036854775807
            :1
            > EXPIRETIME k
            :9223372036854776
            > TTL
            -ERR wrong number of arguments for 'ttl' command
            > PTTL
            -ERR wrong number of arguments for 'pttl' command
            > EXPIRETIME
            -ERR wrong number of arguments for 'expiretime' command
            > PEXPIRETIME a b
            -ERR wrong number of arguments for 'pexpiretime' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
