// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("GETSET")
struct GETSETTests {
    @Test("gives the old for the new")
    func givesTheOldForTheNew() {
        let transcript = #"""
            > GETSET k 1
            $-1
            > GETSET k 2
            $1 1
            > SET k v EX 100
            +OK
            > GETSET k w
            $1 v
            > TTL k
            :-1
            > GETSET k
            -ERR wrong number of arguments for 'getset' command
            > GETSET k a b
            -ERR wrong number of arguments for 'getset' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
