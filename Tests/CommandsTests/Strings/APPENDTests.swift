// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("APPEND")
struct APPENDTests {
    @Test("appends, creating what is missing")
    func appendsCreatingWhatIsMissing() {
        let transcript = #"""
            > APPEND k foo
            :3
            > GET k
            $3 foo
            > APPEND k bar
            :6
            > GET k
            $6 foobar
            > APPEND k ""
            :6
            > OBJECT ENCODING k
            $3 raw
            > APPEND n 12
            :2
            > OBJECT ENCODING n
            $3 int
            > APPEND n 3
            :3
            > OBJECT ENCODING n
            $3 raw
            > GET n
            $3 123
            > APPEND e ""
            :0
            > EXISTS e
            :1
            > SET t v EX 100
            +OK
            > APPEND t w
            :2
            > TTL t
            :100
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > APPEND k
            -ERR wrong number of arguments for 'append' command
            > APPEND k v w
            -ERR wrong number of arguments for 'append' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
