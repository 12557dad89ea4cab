// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("PUBSUB")
struct PUBSUBTests {
    private let database = TestDatabase()

    @Test("lists channels and counts who listens")
    func introspection() {
        let (first, second) = (database.connect(), database.connect())
        first("SUBSCRIBE news weather")
        second("SUBSCRIBE news")
        second("PSUBSCRIBE n*")
        first("SSUBSCRIBE shard")
        #expect(database("PUBSUB CHANNELS") == ["news", "weather"])
        #expect(database("PUBSUB CHANNELS n*") == ["news"])
        #expect(
            database("PUBSUB NUMSUB news weather none") == ["news", 2, "weather", 1, "none", 0])
        #expect(database("PUBSUB NUMSUB") == [])
        #expect(database("PUBSUB NUMPAT") == 1)
        #expect(database("PUBSUB SHARDCHANNELS") == ["shard"])
        #expect(database("PUBSUB SHARDNUMSUB shard news") == ["shard", 1, "news", 0])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("PUBSUB", "ERR wrong number of arguments for 'pubsub' command"),
            ("PUBSUB NONE", "ERR unknown subcommand 'NONE'. Try PUBSUB HELP."),
            (
                "PUBSUB CHANNELS a b",
                "ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP."
            ),
            ("PUBSUB NUMPAT x", "ERR wrong number of arguments for 'pubsub|numpat' command"),
        ]
    )
    func rejection(request: String, error: String) {
        #expect(database(request) == .error(.init(error)))
    }
}
