// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the number of fields; those that have ended count until they are removed.
public enum HLEN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HLEN",
        summary: "Returns the number of fields in a hash.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.integer(try keyspace.hash(call.arguments[1])?.count ?? 0)
    }
}
