// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Makes, changes and removes the groups of a stream and their consumers.
public enum XGROUP: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "XGROUP",
        summary: "A container for consumer groups commands.",
        group: .stream,
        since: "5.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    public static let subcommands: [any Command.Type] = [
        CREATE.self, CREATECONSUMER.self, DELCONSUMER.self, DESTROY.self, SETID.self,
    ]

    public static let help = [
        "CREATE <key> <groupname> <id|$> [option]",
        "    Create a new consumer group. Options are:",
        "    * MKSTREAM",
        "      Create the empty stream if it does not exist.",
        "    * ENTRIESREAD entries_read",
        "      Set the group's entries_read counter (internal use).",
        "CREATECONSUMER <key> <groupname> <consumer>",
        "    Create a new consumer in the specified group.",
        "DELCONSUMER <key> <groupname> <consumer>",
        "    Remove the specified consumer.",
        "DESTROY <key> <groupname>",
        "    Remove the specified group.",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
        "    Set the current group ID and entries_read counter.",
    ]

    fileprivate static let keySpec = CommandDeclaration.KeySpec.range(first: 2, last: 2, step: 1)
    fileprivate static let missingKey = ErrorReply(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to "
            + "use the MKSTREAM option to create an empty stream automatically.")

    /// The options of CREATE and SETID.
    fileprivate struct Options {
        var makesStream = false
        var entriesRead = StreamGroup.unknownCount

        init(_ arguments: inout Arguments, isCreate: Bool) throws(ErrorReply) {
            arguments.position = 5
            while arguments.hasMore {
                if isCreate, arguments.consume("MKSTREAM") {
                    makesStream = true
                } else if arguments.remaining > 1, arguments.consume("ENTRIESREAD") {
                    entriesRead = try arguments.integer()
                    guard entriesRead >= StreamGroup.unknownCount else {
                        throw ErrorReply("ERR value for ENTRIESREAD must be positive or -1")
                    }
                } else {
                    throw .subcommandSyntax(arguments)
                }
            }
        }

        /// No group has read more than there was.
        func entriesRead(of stream: StreamValue) -> Int64 {
            guard entriesRead != StreamGroup.unknownCount,
                UInt64(entriesRead) > stream.entriesAdded
            else { return entriesRead }
            return Int64(bitPattern: stream.entriesAdded)
        }
    }
}

extension XGROUP {
    /// Adds a group.
    public enum CREATE: WriteCommand {
        public static let declaration = CommandDeclaration(
            name: "CREATE",
            summary: "Creates a consumer group.",
            group: .stream,
            since: "5.0.0",
            complexity: "O(1)",
            arity: .atLeast(5),
            flags: [.denyOutOfMemory],
            keys: [keySpec],
            syntax: "key group <id | $> [MKSTREAM] [ENTRIESREAD entriesread:integer]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace
        ) throws(ErrorReply) {
            let options = try Options(&call.arguments, isCreate: true)
            let key = call.arguments[2]
            let found = try keyspace.streamForUpdate(key)
            if found == nil, !options.makesStream { throw missingKey }
            guard call.arguments.count <= 8 else { throw .subcommandSyntax(call.arguments) }
            let last = call.arguments[4]
            let id = last == "$" ? found?.lastID ?? .zero : try StreamID(last)
            let stream = found ?? StreamValue()
            let isNew = stream.addGroup(
                call.arguments[3], lastID: id, entriesRead: options.entriesRead(of: stream))
            guard isNew != nil else {
                throw ErrorReply("BUSYGROUP Consumer Group name already exists")
            }
            let event = KeyspaceEvent(.stream, "xgroup-create")
            if found == nil {
                keyspace.insert(key, .stream(stream))
                keyspace.didChange(key, event)
            } else {
                keyspace.didChangeAside(key, event)
            }
            call.reply.ok()
        }
    }

    /// Adds a consumer to a group.
    public enum CREATECONSUMER: WriteCommand {
        public static let declaration = CommandDeclaration(
            name: "CREATECONSUMER",
            summary: "Creates a consumer in a consumer group.",
            group: .stream,
            since: "6.2.0",
            complexity: "O(1)",
            arity: .exactly(5),
            flags: [.denyOutOfMemory],
            keys: [keySpec],
            syntax: "key group consumer"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace
        ) throws(ErrorReply) {
            let (_, group) = try keyspace.streamGroupToChange(call.arguments)
            let added = group.addConsumer(
                call.arguments[4], seenMilliseconds: call.nowMilliseconds)
            if added != nil {
                keyspace.didChangeAside(
                    call.arguments[2], KeyspaceEvent(.stream, "xgroup-createconsumer"))
            }
            call.reply.integer(added == nil ? 0 : 1)
        }
    }

    /// Removes a consumer with what it has to acknowledge, and returns how much that was.
    public enum DELCONSUMER: WriteCommand {
        public static let declaration = CommandDeclaration(
            name: "DELCONSUMER",
            summary: "Deletes a consumer from a consumer group.",
            group: .stream,
            since: "5.0.0",
            complexity: "O(1)",
            arity: .exactly(5),
            keys: [keySpec],
            syntax: "key group consumer"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace
        ) throws(ErrorReply) {
            let (_, group) = try keyspace.streamGroupToChange(call.arguments)
            guard let number = group.consumer(named: call.arguments[4]) else {
                return call.reply.integer(0)
            }
            call.reply.integer(group[number].pendingCount)
            group.removeConsumer(number)
            keyspace.didChangeAside(
                call.arguments[2], KeyspaceEvent(.stream, "xgroup-delconsumer"))
        }
    }

    /// Removes a group; who waits for it is told.
    public enum DESTROY: WriteCommand {
        public static let declaration = CommandDeclaration(
            name: "DESTROY",
            summary: "Destroys a consumer group.",
            group: .stream,
            since: "5.0.0",
            complexity:
                "O(N) where N is the number of entries in the group's pending entries list (PEL).",
            arity: .exactly(4),
            keys: [keySpec],
            syntax: "key group"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace
        ) throws(ErrorReply) {
            let key = call.arguments[2]
            guard let stream = try keyspace.streamForUpdate(key) else { throw missingKey }
            guard stream.removeGroup(call.arguments[3]) else { return call.reply.integer(0) }
            keyspace.didChangeAside(key, KeyspaceEvent(.stream, "xgroup-destroy"))
            keyspace.wakeWaiting(for: key)
            call.reply.integer(1)
        }
    }

    /// Sets how far a group has read.
    public enum SETID: WriteCommand {
        public static let declaration = CommandDeclaration(
            name: "SETID",
            summary: "Sets the last-delivered ID of a consumer group.",
            group: .stream,
            since: "5.0.0",
            complexity: "O(1)",
            arity: .atLeast(5),
            keys: [keySpec],
            syntax: "key group <id | $> [ENTRIESREAD entriesread:integer]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace
        ) throws(ErrorReply) {
            let options = try Options(&call.arguments, isCreate: false)
            let (stream, group) = try keyspace.streamGroupToChange(call.arguments)
            guard call.arguments.count <= 7 else { throw .subcommandSyntax(call.arguments) }
            let last = call.arguments[4]
            let id = last == "$" ? stream.lastID : try StreamID(edgeOr: last)
            stream.move(group, to: id, entriesRead: options.entriesRead(of: stream))
            keyspace.didChangeAside(
                call.arguments[2], KeyspaceEvent(.stream, "xgroup-setid"))
            call.reply.ok()
        }
    }
}

extension Keyspace {
    /// The group that a subcommand of XGROUP names, with its stream; both must be there.
    fileprivate mutating func streamGroupToChange(
        _ arguments: borrowing Arguments
    ) throws(ErrorReply) -> (stream: StreamValue, group: StreamGroup) {
        guard let stream = try streamForUpdate(arguments[2]) else { throw XGROUP.missingKey }
        guard let group = stream.group(arguments[3]) else {
            throw .noGroup(arguments[3], ofKey: arguments[2])
        }
        return (stream, group)
    }
}

extension ErrorReply {
    /// For a subcommand whose arguments do not fit.
    static func subcommandSyntax(_ arguments: borrowing Arguments) -> ErrorReply {
        // The subcommand was found, so both words are plain.
        let container = arguments[0].description.uppercased()
        return ErrorReply(
            "ERR unknown subcommand or wrong number of arguments for "
                + "'\(arguments[1].description)'. Try \(container) HELP.")
    }
}
