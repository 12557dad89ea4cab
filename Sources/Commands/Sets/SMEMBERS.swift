// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns all members.
public enum SMEMBERS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SMEMBERS",
        summary: "Returns all members of a set.",
        group: .set,
        since: "1.0.0",
        complexity: "O(N) where N is the set cardinality.",
        arity: .exactly(2),
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let set = try keyspace.setValue(call.arguments[1]) else { return call.reply.set(0) }
        call.reply.members(of: set)
    }
}
