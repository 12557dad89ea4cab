// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3.
@Suite("DEL")
struct DELTests {
    @Test("removes")
    func removes() {
        let transcript = #"""
            > MSET a 1 b 2 c 3 d 4
            +OK
            > DEL a b x a
            :2
            > EXISTS a b c
            :1
            > UNLINK c d d
            :2
            > EXISTS c d
            :0
            > SET e v PX 30
            +OK
            ~ 50
            > DEL e
            :0
            > SET e v PX 30
            +OK
            ~ 50
            > UNLINK e
            :0
            > DEL
            -ERR wrong number of arguments for 'del' command
            > UNLINK
            -ERR wrong number of arguments for 'unlink' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
