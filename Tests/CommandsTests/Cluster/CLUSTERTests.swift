// SPDX-License-Identifier: Apache-2.0

import Commands
import TestSupport
import Testing

/// The transcripts are those of Redis 8.2.3 without a cluster.
@Suite("CLUSTER")
struct CLUSTERTests {
    @Test("is refused, HELP too, once the request is one")
    func refused() {
        let transcript = #"""
            > CLUSTER INFO
            -ERR This instance has cluster support disabled
            > CLUSTER HELP
            -ERR This instance has cluster support disabled
            > CLUSTER KEYSLOT a
            -ERR This instance has cluster support disabled
            > CLUSTER KEYSLOT
            -ERR wrong number of arguments for 'cluster|keyslot' command
            > CLUSTER SLOT-STATS SLOTSRANGE 0 1
            -ERR This instance has cluster support disabled
            > CLUSTER NONE
            -ERR unknown subcommand 'NONE'. Try CLUSTER HELP.
            > CLUSTER
            -ERR wrong number of arguments for 'cluster' command
            """#
        #expect(TestDatabase().differences(from: transcript) == [])
    }

    @Test("every subcommand of Redis is there, with Redis's arity")
    func complete() throws {
        let entries = TestDatabase().dispatcher.table.entries
        let cluster = try #require(entries.first { $0.fullName == "cluster" })
        #expect(cluster.subcommands.count == 29)
        for entry in cluster.subcommands {
            let reference = try #require(entry.reference, "\(entry.fullName)")
            #expect(entry.declaration.arity.redisNumber == reference.arity, "\(entry.fullName)")
        }
    }
}
