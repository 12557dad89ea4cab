// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the length of a field's value.
public enum HSTRLEN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HSTRLEN",
        summary: "Returns the length of the value of a field.",
        group: .hash,
        since: "3.2.0",
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
        else { return call.reply.integer(0) }
        call.reply.integer(value.count)
    }
}
