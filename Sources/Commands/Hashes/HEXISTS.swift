// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Tells whether a field exists.
public enum HEXISTS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HEXISTS",
        summary: "Determines whether a field exists in a hash.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key field"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        guard let hash = try keyspace.hash(key),
            keyspace.value(of: call.arguments[2], in: hash, at: key) != nil
        else { return call.reply.integer(0) }
        call.reply.integer(1)
    }
}
