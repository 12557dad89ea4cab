// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the values of some fields.
public enum HMGET: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HMGET",
        summary: "Returns the values of all fields in a hash.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(N) where N is the number of fields being requested.",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        let hash = try keyspace.hash(key)
        let count = call.arguments.count
        call.reply.array(count - 2)
        for index in 2..<count {
            if let hash, let value = keyspace.value(of: call.arguments[index], in: hash, at: key) {
                call.reply.bulk(value)
            } else {
                call.reply.null()
            }
        }
    }
}
