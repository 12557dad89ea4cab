// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("COPY")
struct COPYTests {
    @Test("copies value and expiry")
    func copiesValueAndExpiry() {
        let transcript = #"""
            > SET a v EX 100
            +OK
            > COPY a b
            :1
            > GET b
            $1 v
            > TTL b
            :100
            > COPY a b
            :0
            > COPY none c
            :0
            > COPY none b REPLACE
            :0
            > GET b
            $1 v
            > SET a w
            +OK
            > COPY a b replace
            :1
            > GET b
            $1 w
            > TTL b
            :-1
            > COPY a a DB 1
            :1
            > COPY a a DB 1
            :0
            > COPY a a DB 1 REPLACE
            :1
            > SELECT 1
            +OK
            > GET a
            $1 w
            > COPY a x DB 0
            :1
            > SELECT 0
            +OK
            > GET x
            $1 w
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SET a 1
            +OK
            > COPY a a
            -ERR source and destination objects are the same
            > COPY none none
            -ERR source and destination objects are the same
            > COPY a b DB
            -ERR syntax error
            > COPY a b DB x
            -ERR value is not an integer or out of range
            > COPY a b DB 99
            -ERR DB index is out of range
            > COPY a b DB -1
            -ERR DB index is out of range
            > COPY a b FOO
            -ERR syntax error
            > COPY a
            -ERR wrong number of arguments for 'copy' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
