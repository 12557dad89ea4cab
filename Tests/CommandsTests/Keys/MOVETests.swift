// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("MOVE")
struct MOVETests {
    @Test("moves to another database")
    func movesToAnotherDatabase() {
        let transcript = #"""
            > SET a v EX 100
            +OK
            > MOVE a 1
            :1
            > EXISTS a
            :0
            > SELECT 1
            +OK
            > GET a
            $1 v
            > TTL a
            :100
            > SET a w
            +OK
            > SELECT 0
            +OK
            > SET a x
            +OK
            > MOVE a 1
            :0
            > MOVE none 1
            :0
            > MOVE none 0
            -ERR source and destination objects are the same
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("refuses")
    func refuses() {
        let transcript = #"""
            > SET a v
            +OK
            > MOVE a 0
            -ERR source and destination objects are the same
            > MOVE a x
            -ERR value is not an integer or out of range
            > MOVE a 99
            -ERR DB index is out of range
            > MOVE a -1
            -ERR DB index is out of range
            > MOVE a
            -ERR wrong number of arguments for 'move' command
            > MOVE a 99999999999
            -ERR value is out of range, value must between -2147483648 and 2147483647
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
