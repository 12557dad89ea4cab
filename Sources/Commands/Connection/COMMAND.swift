// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Tells what commands there are.
public enum COMMAND: SessionCommand, ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "COMMAND",
        summary: "Returns detailed information about all commands.",
        group: .server,
        since: "2.8.13",
        complexity: "O(N) where N is the total number of Redis commands",
        arity: .atLeast(1),
        flags: [.loading, .stale]
    )

    public static let subcommands: [any Command.Type] = [
        COUNT.self, DOCS.self, GETKEYS.self, GETKEYSANDFLAGS.self, INFO.self, LIST.self,
    ]

    public static let help = [
        "(no subcommand)",
        "    Return details about all Redis commands.",
        "COUNT",
        "    Return the total number of commands in this Redis server.",
        "LIST",
        "    Return a list of all commands in this Redis server.",
        "INFO [<command-name> ...]",
        "    Return details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "DOCS [<command-name> ...]",
        "    Return documentation details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "GETKEYS <full-command>",
        "    Return the keys from a full Redis command.",
        "GETKEYSANDFLAGS <full-command>",
        "    Return the keys and the access flags from a full Redis command.",
    ]

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        call.reply.array(dispatcher.table.entries.count)
        for entry in dispatcher.table.entries { CommandReport.info(entry, &call.reply) }
    }
}

extension COMMAND {
    /// Counts the commands.
    public enum COUNT: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "COUNT",
            summary: "Returns a count of commands.",
            group: .server,
            since: "2.8.13",
            complexity: "O(1)",
            arity: .exactly(2),
            flags: [.loading, .stale]
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            call.reply.integer(dispatcher.table.entries.count)
        }
    }

    /// Returns the facts that clients route by.
    public enum INFO: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "INFO",
            summary: "Returns information about one, multiple or all commands.",
            group: .server,
            since: "2.8.13",
            complexity: "O(N) where N is the number of commands to look up",
            arity: .atLeast(2),
            flags: [.loading, .stale],
            syntax: "[command-name ...]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            guard call.arguments.hasMore else {
                return try COMMAND.run(&call, in: &keyspace, by: &dispatcher)
            }
            call.reply.array(call.arguments.remaining)
            while call.arguments.hasMore {
                if let entry = dispatcher.table.find(fullName: try call.arguments.next()) {
                    CommandReport.info(entry, &call.reply)
                } else {
                    call.reply.nullArray()
                }
            }
        }
    }

    /// Returns what there is to read about commands.
    public enum DOCS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "DOCS",
            summary: "Returns documentary information about one, multiple or all commands.",
            group: .server,
            since: "7.0.0",
            complexity: "O(N) where N is the number of commands to look up",
            arity: .atLeast(2),
            flags: [.loading, .stale],
            syntax: "[command-name ...]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            var entries: [CommandEntry] = []
            if call.arguments.hasMore {
                while call.arguments.hasMore {
                    let name = try call.arguments.next()
                    if let entry = dispatcher.table.find(fullName: name) { entries.append(entry) }
                }
            } else {
                entries = dispatcher.table.entries
            }
            call.reply.map(entries.count)
            for entry in entries {
                call.reply.bulk(entry.shownName)
                CommandReport.docs(entry, &call.reply)
            }
        }
    }

    /// Names all commands, or those that a filter lets through.
    public enum LIST: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "LIST",
            summary: "Returns a list of command names.",
            group: .server,
            since: "7.0.0",
            complexity: "O(N) where N is the total number of Redis commands",
            arity: .atLeast(2),
            flags: [.loading, .stale],
            syntax: "[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern:pattern>]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let isChosen = try chooser(&call.arguments)
            let all = dispatcher.table.entries.flatMap { [$0] + $0.subcommands }
            let names = all.filter(isChosen).map(\.shownName)
            call.reply.array(names.count)
            for name in names { call.reply.bulk(name) }
        }

        private static func chooser(
            _ arguments: inout Arguments
        ) throws(ErrorReply) -> (CommandEntry) -> Bool {
            guard arguments.hasMore else { return { _ in true } }
            guard arguments.remaining == 3, arguments.consume("FILTERBY") else { throw .syntax }
            if arguments.consume("MODULE") { return { _ in false } }
            if arguments.consume("ACLCAT") {
                let category = try arguments.next().description.lowercased()
                return { $0.categories.contains(category) }
            }
            guard arguments.consume("PATTERN") else { throw .syntax }
            let pattern = ByteString(try arguments.next())
            return { entry in
                ByteString(entry.fullName).withBytes { name in
                    pattern.withBytes { GlobPattern.matches(name, $0, ignoringCase: true) }
                }
            }
        }
    }

    /// Returns the keys of a whole request.
    public enum GETKEYS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "GETKEYS",
            summary: "Extracts the key names from an arbitrary command.",
            group: .server,
            since: "2.8.13",
            complexity: "O(N) where N is the number of arguments to the command",
            arity: .atLeast(3),
            flags: [.loading, .stale],
            syntax: "command [arg ...]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let keys = try COMMAND.keys(&call, dispatcher.table)
            call.reply.array(keys.count)
            for key in keys { call.reply.bulk(call.arguments[key.index + 2]) }
        }
    }

    /// Returns the keys of a whole request and what it does to them.
    public enum GETKEYSANDFLAGS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "GETKEYSANDFLAGS",
            summary: "Extracts the key names and access flags for an arbitrary command.",
            group: .server,
            since: "7.0.0",
            complexity: "O(N) where N is the number of arguments to the command",
            arity: .atLeast(3),
            flags: [.loading, .stale],
            syntax: "command [arg ...]"
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let keys = try COMMAND.keys(&call, dispatcher.table)
            call.reply.array(keys.count)
            for key in keys {
                call.reply.array(2)
                call.reply.bulk(call.arguments[key.index + 2])
                CommandReport.accessFlags(key.access, &call.reply)
            }
        }
    }

    /// The keys of the request that stands behind the subcommand's name.
    private static func keys(
        _ call: inout Call, _ table: CommandTable
    ) throws(ErrorReply) -> [KeyReference] {
        let words = call.arguments.all[2...]
        guard let entry = table.find(request: words) else {
            throw ErrorReply("ERR Invalid command specified")
        }
        guard entry.hasKeys else { throw ErrorReply("ERR The command has no key arguments") }
        guard entry.declaration.arity.allows(words.count) else {
            throw ErrorReply("ERR Invalid number of arguments specified for command")
        }
        if let keys = entry.keys(in: words) { return keys }
        guard entry.mayHaveNoKeys else {
            throw ErrorReply("ERR Invalid arguments specified for command")
        }
        return []
    }
}
