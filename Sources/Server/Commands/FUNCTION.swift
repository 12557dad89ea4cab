// SPDX-License-Identifier: Apache-2.0

import Commands
import RESP
import Store

/// Libraries of functions. There is no scripting yet, so there are none: what lists or removes them
/// all has nothing to do, and what would load one is an unknown subcommand.
enum FUNCTION: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "FUNCTION",
        summary: "A container for function commands.",
        group: .server,
        since: "7.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let help = [
        "FLUSH [ASYNC|SYNC]", "    Delete all the libraries.",
        "LIST", "    Return general information on all the libraries.",
    ]

    static let subcommands: [any Command.Type] = [FLUSH.self, LIST.self]

    enum FLUSH: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "FLUSH", summary: "Deletes all libraries and functions.", group: .server,
            since: "7.0.0", complexity: "O(1)", arity: .atLeast(2), flags: [.noScript],
            syntax: "[ASYNC | SYNC]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            try SCRIPT.readFlushMode(
                &call.arguments, else: "ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
            call.reply.ok()
        }
    }

    enum LIST: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LIST", summary: "Returns information about all libraries.", group: .server,
            since: "7.0.0", complexity: "O(1)", arity: .exactly(2), flags: [.noScript])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.array(0)
        }
    }
}

/// Cached scripts: none, as for ``FUNCTION``.
enum SCRIPT: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "SCRIPT",
        summary: "A container for Lua scripts management commands.",
        group: .server,
        since: "2.6.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let help = ["FLUSH [ASYNC|SYNC]", "    Flush the Lua scripts cache."]

    static let subcommands: [any Command.Type] = [FLUSH.self]

    enum FLUSH: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "FLUSH", summary: "Removes all server-side Lua scripts from the script cache.",
            group: .server, since: "2.6.0", complexity: "O(1)", arity: .atLeast(2),
            flags: [.noScript], syntax: "[ASYNC | SYNC]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            try readFlushMode(
                &call.arguments, else: "ERR SCRIPT FLUSH only support SYNC|ASYNC option")
            call.reply.ok()
        }
    }

    static func readFlushMode(
        _ arguments: inout Arguments, else error: String
    ) throws(ErrorReply) {
        if arguments.hasMore {
            guard arguments.consume("ASYNC") || arguments.consume("SYNC") else {
                throw ErrorReply(error)
            }
        }
        guard !arguments.hasMore else { throw ErrorReply(error) }
    }
}
