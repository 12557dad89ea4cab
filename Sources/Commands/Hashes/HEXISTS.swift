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
        let hash = try keyspace.hash(call.arguments[1])
        let value = hash?.value(of: call.arguments[2], at: keyspace.nowMilliseconds)
        call.reply.integer(value == nil ? 0 : 1)
    }
}
