// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("DBSIZE")
struct DBSIZETests {
    @Test("counts the keys")
    func countsTheKeys() {
        let transcript = #"""
            > DBSIZE
            :0
            > MSET a 1 b 2
            +OK
            > DBSIZE
            :2
            > SELECT 1
            +OK
            > DBSIZE
            :0
            > DBSIZE x
            -ERR wrong number of arguments for 'dbsize' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
