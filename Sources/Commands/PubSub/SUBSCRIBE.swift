// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Listens to channels.
public enum SUBSCRIBE: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "SUBSCRIBE",
        summary: "Listens for messages published to channels.",
        group: .pubSub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of channels to subscribe to.",
        arity: .atLeast(2),
        flags: [.noScript, .loading, .stale],
        syntax: "channel [channel ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try dispatcher.subscribe(.channel, &call)
    }
}

/// Listens to all channels that match patterns.
public enum PSUBSCRIBE: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "PSUBSCRIBE",
        summary: "Listens for messages published to channels that match one or more patterns.",
        group: .pubSub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of patterns to subscribe to.",
        arity: .atLeast(2),
        flags: [.noScript, .loading, .stale],
        syntax: "pattern:pattern [pattern ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try dispatcher.subscribe(.pattern, &call)
    }
}

/// Listens to channels of a shard.
public enum SSUBSCRIBE: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "SSUBSCRIBE",
        summary: "Listens for messages published to shard channels.",
        group: .pubSub,
        since: "7.0.0",
        complexity: "O(N) where N is the number of shard channels to subscribe to.",
        arity: .atLeast(2),
        flags: [.noScript, .loading, .stale],
        syntax: "shardchannel [shardchannel ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        guard call.mayBlock else {
            throw ErrorReply("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client")
        }
        try dispatcher.subscribe(.shardChannel, &call)
    }
}

/// Stops listening to channels.
public enum UNSUBSCRIBE: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "UNSUBSCRIBE",
        summary: "Stops listening to messages posted to channels.",
        group: .pubSub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of channels to unsubscribe.",
        arity: .atLeast(1),
        flags: [.noScript, .loading, .stale],
        syntax: "[channel [channel ...]]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try dispatcher.unsubscribe(.channel, &call)
    }
}

/// Stops listening to patterns.
public enum PUNSUBSCRIBE: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "PUNSUBSCRIBE",
        summary:
            "Stops listening to messages published to channels that match one or more patterns.",
        group: .pubSub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of patterns to unsubscribe.",
        arity: .atLeast(1),
        flags: [.noScript, .loading, .stale],
        syntax: "[pattern:pattern [pattern ...]]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try dispatcher.unsubscribe(.pattern, &call)
    }
}

/// Stops listening to channels of a shard.
public enum SUNSUBSCRIBE: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "SUNSUBSCRIBE",
        summary: "Stops listening to messages posted to shard channels.",
        group: .pubSub,
        since: "7.0.0",
        complexity: "O(N) where N is the number of shard channels to unsubscribe.",
        arity: .atLeast(1),
        flags: [.noScript, .loading, .stale],
        syntax: "[shardchannel [shardchannel ...]]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try dispatcher.unsubscribe(.shardChannel, &call)
    }
}

extension Dispatcher {
    fileprivate mutating func subscribe(
        _ kind: SubscriptionKind, _ call: inout Call
    ) throws(ErrorReply) {
        let session = call.session
        while call.arguments.hasMore {
            let name = try call.arguments.next()
            subscribe(session, kind, to: ByteString(name))
            confirm(kind.subscribed, name, session.subscriptionCount(kind), &call)
        }
        markSubscribed(session, true)
    }

    fileprivate mutating func unsubscribe(
        _ kind: SubscriptionKind, _ call: inout Call
    ) throws(ErrorReply) {
        let session = call.session
        if call.arguments.hasMore {
            while call.arguments.hasMore {
                let name = try call.arguments.next()
                unsubscribe(session, kind, from: ByteString(name))
                confirm(kind.unsubscribed, name, session.subscriptionCount(kind), &call)
            }
        } else {
            let names = session.subscriptions[keyPath: kind.ofClient].keys
            for name in names {
                unsubscribe(session, kind, from: name)
                let count = session.subscriptionCount(kind)
                name.withBytes { confirm(kind.unsubscribed, $0, count, &call) }
            }
            if names.isEmpty {
                confirm(kind.unsubscribed, nil, session.subscriptionCount(kind), &call)
            }
        }
        if session.subscriptions.isEmpty { markSubscribed(session, false) }
    }

    /// Tells the client of a change to its subscriptions. That is a push and no reply, so CLIENT
    /// REPLY does not hold it back.
    private mutating func confirm(
        _ what: Bytes, _ name: Bytes?, _ count: Int, _ call: inout Call
    ) {
        let start = call.reply.count
        call.reply.push(3)
        call.reply.bulk(what)
        if let name { call.reply.bulk(name) } else { call.reply.null() }
        call.reply.integer(count)
        guard call.session.replyMode == .off || call.session.replyMode == .skipping else { return }
        pushToCurrent(call.reply.bytes.dropping(start))
        call.reply.truncate(to: start)
    }
}
