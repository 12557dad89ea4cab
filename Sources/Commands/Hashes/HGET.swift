// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the value of a field.
public enum HGET: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HGET",
        summary: "Returns the value of a field in a hash.",
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
            let value = keyspace.value(of: call.arguments[2], in: hash, at: key)
        else { return call.reply.null() }
        call.reply.bulk(value)
    }
}
