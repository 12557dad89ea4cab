// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3 without a cluster.
@Suite("ASKING, READONLY, READWRITE")
struct ASKINGTests {
    @Test("are for nodes of a cluster", arguments: ["ASKING", "READONLY", "READWRITE"])
    func refused(name: String) {
        let transcript = """
            > \(name)
            -ERR This instance has cluster support disabled
            > \(name) x
            -ERR wrong number of arguments for '\(name.lowercased())' command
            """
        #expect(TestDatabase().differences(from: transcript) == [])
    }
}
