// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the number of members.
public enum ZCARD: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZCARD",
        summary: "Returns the number of members in a sorted set.",
        group: .sortedSet,
        since: "1.2.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.integer(try keyspace.sortedSet(call.arguments[1])?.count ?? 0)
    }
}
