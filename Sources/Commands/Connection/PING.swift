// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Answers that the server is alive.
public enum PING: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "PING",
        summary: "Returns the server's liveliness response.",
        group: .connection,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        syntax: "[message]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard call.arguments.count <= 2 else { throw .wrongArgumentCount("ping") }
        if call.session.isSubscribed, call.session.protocolVersion == 2 {
            // In the form of a message, as the client expects nothing else.
            call.reply.array(2)
            call.reply.bulk(Bytes("pong"))
            call.reply.bulk(call.arguments.hasMore ? try call.arguments.next() : .empty)
        } else if call.arguments.hasMore {
            call.reply.bulk(try call.arguments.next())
        } else {
            call.reply.simple("PONG")
        }
    }
}
