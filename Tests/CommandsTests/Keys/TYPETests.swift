// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("TYPE")
struct TYPETests {
    @Test("names the type")
    func namesTheType() {
        let transcript = #"""
            > SET a 1
            +OK
            > TYPE a
            +string
            > TYPE none
            +none
            > TYPE
            -ERR wrong number of arguments for 'type' command
            > TYPE a b
            -ERR wrong number of arguments for 'type' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
