// SPDX-License-Identifier: Apache-2.0

import Commands
import RESP
import Store

/// Says which of Redis's modules are part of this server.
enum MODULE: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "MODULE",
        summary: "A container for module commands.",
        group: .server,
        since: "4.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    static let help = ["LIST", "    Return a list of loaded modules."]

    static let subcommands: [any Command.Type] = [LIST.self]

    enum LIST: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LIST", summary: "Returns all loaded modules.", group: .server, since: "4.0.0",
            complexity: "O(N) where N is the number of loaded modules.", arity: .exactly(2),
            flags: [.admin, .dangerous, .noScript])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.array(1)
            describeVectorSets(&call.reply)
        }
    }

    /// Redis 8 has its vector sets from a module that it was built with, and clients look for it.
    static func describeVectorSets(_ reply: inout ReplyWriter) {
        reply.map(4)
        reply.bulk("name")
        reply.bulk("vectorset")
        reply.bulk("ver")
        reply.integer(1)
        reply.bulk("path")
        reply.bulk("")
        reply.bulk("args")
        reply.array(0)
    }
}
