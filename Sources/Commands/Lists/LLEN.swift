// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the number of elements.
public enum LLEN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "LLEN",
        summary: "Returns the length of a list.",
        group: .list,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.integer(try keyspace.list(try call.arguments.next())?.count ?? 0)
    }
}
