// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns messages by their numbers.
public enum CTX_GET: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.GET",
        summary:
            "Returns messages of a conversation context by their numbers, null for each missing.",
        group: .context,
        since: "1.0.0",
        complexity: "O(N) where N is the number of messages asked for.",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key seq:integer [seq:integer ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let log = try keyspace.context(try call.arguments.next())
        call.reply.array(call.arguments.remaining)
        while call.arguments.hasMore {
            let seq = try call.arguments.integer()
            if let message = log?.message(seq) {
                call.reply.message(message)
            } else {
                call.reply.nullArray()
            }
        }
    }
}
