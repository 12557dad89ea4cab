// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the number of members.
public enum SCARD: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SCARD",
        summary: "Returns the number of members in a set.",
        group: .set,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.integer(try keyspace.setValue(call.arguments[1])?.count ?? 0)
    }
}
