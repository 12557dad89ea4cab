// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("RENAME")
struct RENAMETests {
    @Test("moves value and expiry")
    func movesValueAndExpiry() {
        let transcript = #"""
            > SET a v EX 100
            +OK
            > RENAME a b
            +OK
            > EXISTS a
            :0
            > GET b
            $1 v
            > TTL b
            :100
            > SET c w
            +OK
            > RENAME b c
            +OK
            > GET c
            $1 v
            > TTL c
            :100
            > RENAME c c
            +OK
            > RENAMENX c c
            :0
            > SET d x
            +OK
            > RENAMENX c d
            :0
            > GET d
            $1 x
            > RENAMENX c e
            :1
            > GET e
            $1 v
            > TTL e
            :100
            > SET f v
            +OK
            > RENAME f e
            +OK
            > TTL e
            :-1
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > RENAME none b
            -ERR no such key
            > RENAMENX none b
            -ERR no such key
            > RENAME none none
            -ERR no such key
            > RENAME a
            -ERR wrong number of arguments for 'rename' command
            > RENAMENX a b c
            -ERR wrong number of arguments for 'renamenx' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
