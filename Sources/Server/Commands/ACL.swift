// SPDX-License-Identifier: Apache-2.0

import Commands
import RESP
import Store

/// What can be said of users while there is only one.
enum ACL: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "ACL",
        summary: "A container for Access List Control commands.",
        group: .server,
        since: "6.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let help = [
        "USERS", "    List all the registered usernames.", "WHOAMI",
        "    Return the current connection username.",
    ]

    static let subcommands: [any Command.Type] = [USERS.self, WHOAMI.self]

    enum USERS: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "USERS", summary: "Lists all ACL users.", group: .server, since: "6.0.0",
            complexity: "O(N). Where N is the number of configured users.", arity: .exactly(2),
            flags: [.admin, .dangerous, .noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.array(1)
            call.reply.bulk("default")
        }
    }

    enum WHOAMI: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "WHOAMI",
            summary: "Returns the authenticated username of the current connection.",
            group: .server, since: "6.0.0", complexity: "O(1)", arity: .exactly(2),
            flags: [.noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.bulk("default")
        }
    }
}
