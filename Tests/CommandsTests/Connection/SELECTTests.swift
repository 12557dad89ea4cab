// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("SELECT")
struct SELECTTests {
    @Test("chooses the database")
    func choosesTheDatabase() {
        let transcript = #"""
            > SET a 0
            +OK
            > SELECT 15
            +OK
            > EXISTS a
            :0
            > SET a 15
            +OK
            > SELECT 0
            +OK
            > GET a
            $1 0
            2> SELECT 15
            +OK
            2> GET a
            $2 15
            > SELECT 16
            -ERR DB index is out of range
            > SELECT -1
            -ERR DB index is out of range
            > SELECT a
            -ERR value is not an integer or out of range
            > SELECT 99999999999
            -ERR value is out of range, value must between -2147483648 and 2147483647
            > SELECT
            -ERR wrong number of arguments for 'select' command
            > SELECT 1 2
            -ERR wrong number of arguments for 'select' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
