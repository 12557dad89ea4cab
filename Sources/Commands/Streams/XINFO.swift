// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Looks at a stream, its groups and their consumers.
public enum XINFO: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "XINFO",
        summary: "A container for stream introspection commands.",
        group: .stream,
        since: "5.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    public static let subcommands: [any Command.Type] = [
        CONSUMERS.self, GROUPS.self, STREAM.self,
    ]

    public static let help = [
        "CONSUMERS <key> <groupname>",
        "    Show consumers of <groupname>.",
        "GROUPS <key>",
        "    Show the stream consumer groups.",
        "STREAM <key> [FULL [COUNT <count>]",
        "    Show information about the stream.",
    ]

    fileprivate static let keySpec = CommandDeclaration.KeySpec.range(first: 2, last: 2, step: 1)
}

extension XINFO {
    /// Returns the consumers of a group.
    public enum CONSUMERS: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "CONSUMERS",
            summary: "Returns a list of the consumers in a consumer group.",
            group: .stream,
            since: "5.0.0",
            complexity: "O(1)",
            arity: .exactly(4),
            keys: [keySpec],
            syntax: "key group"
        )

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            guard let stream = try keyspace.stream(call.arguments[2]) else { throw .noSuchKey }
            guard let group = stream.group(call.arguments[3]) else {
                throw .noGroup(call.arguments[3], ofKey: call.arguments[2])
            }
            let now = call.nowMilliseconds
            call.reply.array(group.consumerNumbers.count)
            for number in group.consumerNumbers {
                let consumer = group[number]
                call.reply.map(4)
                call.reply.bulk("name")
                call.reply.bulk(consumer.name)
                call.reply.field("pending", consumer.pendingCount)
                call.reply.field("idle", max(0, now &- consumer.seenMilliseconds))
                let active = consumer.activeMilliseconds
                call.reply.field("inactive", active == -1 ? -1 : now &- active)
            }
        }
    }

    /// Returns the groups of a stream.
    public enum GROUPS: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "GROUPS",
            summary: "Returns a list of the consumer groups of a stream.",
            group: .stream,
            since: "5.0.0",
            complexity: "O(1)",
            arity: .exactly(3),
            keys: [keySpec],
            syntax: "key"
        )

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            guard let stream = try keyspace.stream(call.arguments[2]) else { throw .noSuchKey }
            call.reply.array(stream.groups.count)
            for group in stream.groups {
                call.reply.map(6)
                call.reply.bulk("name")
                call.reply.bulk(group.name)
                call.reply.field("consumers", group.consumerNumbers.count)
                call.reply.field("pending", group.pendingCount)
                call.reply.progress(of: group, in: stream)
            }
        }
    }

    /// Returns facts about a stream; with FULL its first entries, and all groups with theirs.
    public enum STREAM: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "STREAM",
            summary: "Returns information about a stream.",
            group: .stream,
            since: "5.0.0",
            complexity: "O(1)",
            arity: .atLeast(3),
            keys: [keySpec],
            syntax: "key [FULL [COUNT count:integer]]"
        )

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            guard let stream = try keyspace.stream(call.arguments[2]) else { throw .noSuchKey }
            let limit = try fullLimit(&call.arguments)
            call.reply.map(limit == nil ? 10 : 9)
            call.reply.field("length", stream.count)
            call.reply.field("radix-tree-keys", stream.nodeCount)
            call.reply.field("radix-tree-nodes", stream.radixTreeNodeCount)
            call.reply.field("last-generated-id", stream.lastID)
            call.reply.field("max-deleted-entry-id", stream.maximumDeletedID)
            call.reply.field("entries-added", Int64(bitPattern: stream.entriesAdded))
            call.reply.field("recorded-first-entry-id", stream.firstID)
            if let limit {
                call.reply.bulk("entries")
                stream.write(from: .zero, limit: limit, to: &call.reply)
                call.reply.bulk("groups")
                call.reply.array(stream.groups.count)
                for group in stream.groups { call.reply.group(group, of: stream, limit: limit) }
                return
            }
            call.reply.field("groups", stream.groups.count)
            for (name, isLast) in [("first-entry", false), ("last-entry", true)] {
                call.reply.bulk(name)
                var isThere = false
                stream.walk(from: .zero, through: .max, reversed: isLast) { entry in
                    call.reply.streamEntry(entry)
                    isThere = true
                    return false
                }
                if !isThere { call.reply.null() }
            }
        }

        /// How much of everything FULL shows, 0 for all; nil without FULL.
        private static func fullLimit(_ arguments: inout Arguments) throws(ErrorReply) -> Int64? {
            arguments.position = 3
            guard arguments.hasMore else { return nil }
            guard arguments.remaining != 2, arguments.remaining <= 3, arguments.consume("FULL")
            else { throw .subcommandSyntax(arguments) }
            guard arguments.hasMore else { return 10 }
            guard arguments.consume("COUNT") else { throw .subcommandSyntax(arguments) }
            let count = try arguments.integer()
            return count < 0 ? 10 : count
        }
    }
}

extension ReplyWriter {
    fileprivate mutating func field(_ name: String, _ number: Int) {
        field(name, Int64(number))
    }

    fileprivate mutating func field(_ name: String, _ number: Int64) {
        bulk(name)
        integer(number)
    }

    fileprivate mutating func field(_ name: String, _ id: StreamID) {
        bulk(name)
        bulk(id)
    }

    /// How far a group has read, as three pairs of a map.
    fileprivate mutating func progress(of group: StreamGroup, in stream: StreamValue) {
        field("last-delivered-id", group.lastID)
        bulk("entries-read")
        if group.entriesRead == StreamGroup.unknownCount {
            null()
        } else {
            integer(group.entriesRead)
        }
        bulk("lag")
        if let lag = stream.lag(of: group) { integer(lag) } else { null() }
    }

    /// A group with what its consumers have to acknowledge, up to `limit` of each; 0 for all.
    fileprivate mutating func group(
        _ group: StreamGroup, of stream: StreamValue, limit: Int64
    ) {
        map(7)
        bulk("name")
        bulk(group.name)
        progress(of: group, in: stream)
        field("pel-count", group.pendingCount)
        bulk("pending")
        array(shown(group.pendingCount, limit))
        pending(of: group, nil, limit)
        bulk("consumers")
        array(group.consumerNumbers.count)
        for number in group.consumerNumbers {
            let consumer = group[number]
            map(5)
            bulk("name")
            bulk(consumer.name)
            field("seen-time", consumer.seenMilliseconds)
            field("active-time", consumer.activeMilliseconds)
            field("pel-count", consumer.pendingCount)
            bulk("pending")
            array(shown(consumer.pendingCount, limit))
            pending(of: group, number, limit)
        }
    }

    private func shown(_ count: Int, _ limit: Int64) -> Int {
        limit == 0 ? count : Int(min(Int64(count), limit))
    }

    private mutating func pending(of group: StreamGroup, _ consumer: Int?, _ limit: Int64) {
        var written: Int64 = 0
        group.walkPending(from: .zero, of: consumer) { entry in
            array(consumer == nil ? 4 : 3)
            bulk(entry.id)
            if consumer == nil { bulk(group[entry.consumer].name) }
            integer(entry.deliveryMilliseconds)
            integer(entry.deliveryCount)
            written += 1
            return written != limit
        }
    }
}
