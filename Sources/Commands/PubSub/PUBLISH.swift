// SPDX-License-Identifier: Apache-2.0

import Containers
public import Primitives
public import RESP
public import Store

/// Sends a message to all who listen to a channel.
public enum PUBLISH: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "PUBLISH",
        summary: "Posts a message to a channel.",
        group: .pubSub,
        since: "2.0.0",
        complexity:
            "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client).",
        arity: .exactly(3),
        flags: [.loading, .stale, .fast, .mayReplicate],
        syntax: "channel message"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let channel = try call.arguments.next()
        let message = try call.arguments.next()
        dispatcher.currentID = call.session.id
        call.reply.integer(dispatcher.publish(message, to: channel))
    }
}

/// Sends a message to all who listen to a shard's channel.
public enum SPUBLISH: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "SPUBLISH",
        summary: "Post a message to a shard channel",
        group: .pubSub,
        since: "7.0.0",
        complexity:
            "O(N) where N is the number of clients subscribed to the receiving shard channel.",
        arity: .exactly(3),
        flags: [.loading, .stale, .fast, .mayReplicate],
        syntax: "shardchannel message"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let channel = try call.arguments.next()
        let message = try call.arguments.next()
        dispatcher.currentID = call.session.id
        call.reply.integer(dispatcher.publish(message, toShardChannel: channel))
    }
}

extension Dispatcher {
    /// Sends a message to all who listen to the channel or a pattern that it matches, and returns
    /// how many times it was sent.
    @discardableResult
    public mutating func publish(_ message: Bytes, to channel: Bytes) -> Int {
        guard !subscribers.isSilent else { return 0 }
        var receivers = 0
        if let listening = subscribers.channels[ByteString(channel)] {
            writeMessage("message", nil, channel, message)
            for session in listening.values { pushMessage(to: session) }
            receivers += listening.count
        }
        let patterns = subscribers.patterns
        for (pattern, listening) in zip(patterns.keys, patterns.values) {
            guard pattern.withBytes({ GlobPattern.matches(channel, $0) }) else { continue }
            pattern.withBytes { writeMessage("pmessage", $0, channel, message) }
            for session in listening.values { pushMessage(to: session) }
            receivers += listening.count
        }
        return receivers
    }

    /// Sends a message to all who listen to the shard's channel, and returns to how many.
    mutating func publish(_ message: Bytes, toShardChannel channel: Bytes) -> Int {
        guard let listening = subscribers.shardChannels[ByteString(channel)] else { return 0 }
        writeMessage("smessage", nil, channel, message)
        for session in listening.values { pushMessage(to: session) }
        return listening.count
    }

    /// Makes ``message`` the one that is about to be pushed.
    private mutating func writeMessage(
        _ kind: StaticString, _ pattern: Bytes?, _ channel: Bytes, _ message: Bytes
    ) {
        pushed.clear()
        pushed.push(pattern == nil ? 3 : 4)
        pushed.bulk(Bytes(kind))
        if let pattern { pushed.bulk(pattern) }
        pushed.bulk(channel)
        pushed.bulk(message)
    }
}
