// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// Proves who the client is.
enum AUTH: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "AUTH",
        summary: "Authenticates the connection.",
        group: .connection,
        since: "1.0.0",
        complexity: "O(N) where N is the number of passwords defined for the user",
        arity: .atLeast(2),
        flags: [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy],
        syntax: "[username] password"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        guard call.arguments.count <= 3 else { throw .syntax }
        call.redact(from: 1)
        if call.arguments.count == 2 {
            guard !dispatcher.access.defaultUser.needsNoPassword else {
                throw ErrorReply(
                    "ERR AUTH <password> called without any password configured for the default "
                        + "user. Are you sure your configuration is correct?")
            }
            try dispatcher.authenticate(&call, Bytes("default"), try call.arguments.next())
        } else {
            let user = try call.arguments.next()
            try dispatcher.authenticate(&call, user, try call.arguments.next())
        }
        call.reply.ok()
    }
}
