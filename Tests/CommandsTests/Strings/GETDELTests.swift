// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("GETDEL")
struct GETDELTests {
    @Test("gives and removes")
    func givesAndRemoves() {
        let transcript = #"""
            > SET k v
            +OK
            > GETDEL k
            $1 v
            > EXISTS k
            :0
            > GETDEL k
            $-1
            @ 3
            > GETDEL k
            _
            > GETDEL
            -ERR wrong number of arguments for 'getdel' command
            > GETDEL a b
            -ERR wrong number of arguments for 'getdel' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
