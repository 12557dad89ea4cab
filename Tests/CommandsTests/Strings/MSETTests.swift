// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("MSET")
struct MSETTests {
    @Test("sets all")
    func setsAll() {
        let transcript = #"""
            > MSET a 1 b two a 3
            +OK
            > MGET a b
            *2 $1 3 $3 two
            > SET t v EX 100
            +OK
            > MSET t w
            +OK
            > TTL t
            :-1
            > MSETNX a 9 c 1
            :0
            > EXISTS c
            :0
            > MSETNX c 1 d 2
            :1
            > MGET c d
            *2 $1 1 $1 2
            > MSETNX e 1 e 2
            :1
            > GET e
            $1 2
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses halves of a pair")
    func refusesHalvesOfAPair() {
        let transcript = #"""
            > MSET
            -ERR wrong number of arguments for 'mset' command
            > MSET a
            -ERR wrong number of arguments for 'mset' command
            > MSET a b c
            -ERR wrong number of arguments for 'mset' command
            > MSETNX
            -ERR wrong number of arguments for 'msetnx' command
            > MSETNX a
            -ERR wrong number of arguments for 'msetnx' command
            > MSETNX a b c
            -ERR wrong number of arguments for 'msetnx' command
            > EXISTS a
            :0
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
