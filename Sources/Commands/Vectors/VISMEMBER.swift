// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Says whether an element is in a vector set.
public enum VISMEMBER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VISMEMBER",
        summary: "Check if an element exists in a vector set",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        keys: [.first],
        syntax: "key element"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(3...3, of: "VISMEMBER")
        let set = try keyspace.vectorSet(try call.arguments.next())
        let element = try call.arguments.next()
        call.reply.boolean(set?.contains(element, at: keyspace.nowMilliseconds) ?? false)
    }
}
