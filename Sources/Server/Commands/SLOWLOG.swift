// SPDX-License-Identifier: Apache-2.0

import Commands
import RESP
import Store

/// The slow log, which is always empty: nothing is measured yet.
enum SLOWLOG: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "SLOWLOG", summary: "A container for slow log commands.", group: .server,
        since: "2.2.12", complexity: "Depends on subcommand.", arity: .atLeast(2))

    static let help = [
        "GET [<count>]", "    Return top <count> entries from the slowlog.", "LEN",
        "    Return the length of the slowlog.", "RESET", "    Reset the slowlog.",
    ]

    static let subcommands: [any Command.Type] = [GET.self, LEN.self, RESET.self]

    enum GET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GET", summary: "Returns the slow log's entries.", group: .server,
            since: "2.2.12", complexity: "O(N) where N is the number of entries returned",
            arity: .atLeast(2), flags: [.admin, .dangerous, .loading, .stale],
            syntax: "[count:integer]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            if call.arguments.hasMore {
                let wrong = ErrorReply("ERR count should be greater than or equal to -1")
                _ = try call.arguments.integer(in: -1...Int64.max, else: wrong)
            }
            call.reply.array(0)
        }
    }

    enum LEN: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LEN", summary: "Returns the number of entries in the slow log.",
            group: .server, since: "2.2.12", complexity: "O(1)", arity: .exactly(2),
            flags: [.admin, .dangerous, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.integer(0)
        }
    }

    enum RESET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "RESET", summary: "Clears all entries from the slow log.", group: .server,
            since: "2.2.12", complexity: "O(N) where N is the number of entries in the slowlog",
            arity: .exactly(2), flags: [.admin, .dangerous, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.ok()
        }
    }
}

/// The latency monitor, which watches nothing yet.
enum LATENCY: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "LATENCY", summary: "A container for latency diagnostics commands.", group: .server,
        since: "2.8.13", complexity: "Depends on subcommand.", arity: .atLeast(2))

    static let help = [
        "LATEST", "    Return the latest latency samples for all events.",
        "RESET [<event> ...]", "    Reset latency data of one or more <event> classes.",
    ]

    static let subcommands: [any Command.Type] = [LATEST.self, RESET.self]

    enum LATEST: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LATEST", summary: "Returns the latest latency samples for all events.",
            group: .server, since: "2.8.13", complexity: "O(1)", arity: .exactly(2),
            flags: [.admin, .dangerous, .noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.array(0)
        }
    }

    enum RESET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "RESET", summary: "Resets the latency data for one or more events.",
            group: .server, since: "2.8.13", complexity: "O(1)", arity: .atLeast(2),
            flags: [.admin, .dangerous, .noScript, .loading, .stale], syntax: "[event ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.integer(0)
        }
    }
}
