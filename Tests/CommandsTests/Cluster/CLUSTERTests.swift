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
    func complete() {
        let references = CommandReference.all.filter { $0.key.hasPrefix("cluster|") }
        #expect(references.count == 29)
        let declared = Dictionary(
            uniqueKeysWithValues: CLUSTER.subcommands.map {
                ($0.declaration.name.lowercased(), $0.declaration.arity.redisNumber)
            })
        #expect(declared.count == references.count)
        for (name, reference) in references {
            #expect(declared[String(name.dropFirst(8))] == reference.arity, "\(name)")
        }
    }
}
