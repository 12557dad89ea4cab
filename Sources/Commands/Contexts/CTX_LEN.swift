// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Counts the messages of a conversation.
public enum CTX_LEN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.LEN",
        summary: "Returns the number of messages in a conversation context.",
        group: .context,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.integer(try keyspace.context(try call.arguments.next())?.messageCount ?? 0)
    }
}
