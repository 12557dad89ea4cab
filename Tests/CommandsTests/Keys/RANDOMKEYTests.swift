// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("RANDOMKEY")
struct RANDOMKEYTests {
    @Test("picks a key")
    func picksAKey() {
        let transcript = #"""
            > RANDOMKEY
            $-1
            > SET only v
            +OK
            > RANDOMKEY
            $4 only
            @ 3
            > DEL only
            :1
            > RANDOMKEY
            _
            > RANDOMKEY x
            -ERR wrong number of arguments for 'randomkey' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
