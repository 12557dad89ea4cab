// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("PERSIST")
struct PERSISTTests {
    @Test("lets keys stay")
    func letsKeysStay() {
        let transcript = #"""
            > SET k v EX 100
            +OK
            > PERSIST k
            :1
            > TTL k
            :-1
            > PERSIST k
            :0
            > PERSIST none
            :0
            > SET k v PX 30
            +OK
            ~ 50
            > PERSIST k
            :0
            > PERSIST
            -ERR wrong number of arguments for 'persist' command
            > PERSIST a b
            -ERR wrong number of arguments for 'persist' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
