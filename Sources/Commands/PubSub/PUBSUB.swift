// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Tells who listens to what.
public enum PUBSUB: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "PUBSUB",
        summary: "A container for Pub/Sub commands.",
        group: .pubSub,
        since: "2.8.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    public static let subcommands: [any Command.Type] = [
        CHANNELS.self, NUMPAT.self, NUMSUB.self, SHARDCHANNELS.self, SHARDNUMSUB.self,
    ]

    public static let help = [
        "CHANNELS [<pattern>]",
        "    Return the currently active channels matching a <pattern> (default: '*').",
        "NUMPAT",
        "    Return number of subscriptions to patterns.",
        "NUMSUB [<channel> ...]",
        "    Return the number of subscribers for the specified channels, excluding",
        "    pattern subscriptions(default: no channels).",
        "SHARDCHANNELS [<pattern>]",
        "    Return the currently active shard level channels matching a <pattern> (default: '*').",
        "SHARDNUMSUB [<shardchannel> ...]",
        "    Return the number of subscribers for the specified shard level channel(s)",
    ]
}

extension PUBSUB {
    /// The channels that somebody listens to.
    public enum CHANNELS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "CHANNELS",
            summary: "Returns the active channels.",
            group: .pubSub,
            since: "2.8.0",
            complexity:
                "O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns)",
            arity: .atLeast(2),
            flags: [.loading, .stale],
            syntax: "[pattern:pattern]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            try list(dispatcher.subscribers.channels.keys, &call)
        }
    }

    /// The number of patterns.
    public enum NUMPAT: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "NUMPAT",
            summary: "Returns a count of unique pattern subscriptions.",
            group: .pubSub,
            since: "2.8.0",
            complexity: "O(1)",
            arity: .exactly(2),
            flags: [.loading, .stale]
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            call.reply.integer(dispatcher.subscribers.patterns.count)
        }
    }

    /// How many listen to each channel.
    public enum NUMSUB: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "NUMSUB",
            summary: "Returns a count of subscribers to channels.",
            group: .pubSub,
            since: "2.8.0",
            complexity:
                "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
            arity: .atLeast(2),
            flags: [.loading, .stale],
            syntax: "[channel [channel ...]]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            try count(dispatcher.subscribers.channels, &call)
        }
    }

    /// The shards' channels that somebody listens to.
    public enum SHARDCHANNELS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "SHARDCHANNELS",
            summary: "Returns the active shard channels.",
            group: .pubSub,
            since: "7.0.0",
            complexity:
                "O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short shard channels).",
            arity: .atLeast(2),
            flags: [.loading, .stale],
            syntax: "[pattern:pattern]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            try list(dispatcher.subscribers.shardChannels.keys, &call)
        }
    }

    /// How many listen to each of the shards' channels.
    public enum SHARDNUMSUB: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "SHARDNUMSUB",
            summary: "Returns the count of subscribers of shard channels.",
            group: .pubSub,
            since: "7.0.0",
            complexity:
                "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels",
            arity: .atLeast(2),
            flags: [.loading, .stale],
            syntax: "[shardchannel [shardchannel ...]]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            try count(dispatcher.subscribers.shardChannels, &call)
        }
    }
}

extension PUBSUB {
    /// Answers with the names that match the pattern, if there is one.
    private static func list(
        _ names: [ByteString], _ call: inout Call
    ) throws(ErrorReply) {
        guard call.arguments.remaining <= 1 else {
            throw ErrorReply(
                "ERR unknown subcommand or wrong number of arguments for "
                    + "'\(call.arguments[1].description)'. Try PUBSUB HELP.")
        }
        var shown = names
        if call.arguments.hasMore {
            let pattern = try call.arguments.next()
            shown = names.filter { $0.withBytes { GlobPattern.matches($0, pattern) } }
        }
        call.reply.array(shown.count)
        for name in shown { call.reply.bulk(name) }
    }

    private static func count(
        _ table: DenseMap<ByteString, SubscriberTable.Subscribers>, _ call: inout Call
    ) throws(ErrorReply) {
        call.reply.array(call.arguments.remaining * 2)
        while call.arguments.hasMore {
            let name = try call.arguments.next()
            call.reply.bulk(name)
            call.reply.integer(table[ByteString(name)]?.count ?? 0)
        }
    }
}
