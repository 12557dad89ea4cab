// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the number of elements of a vector set.
public enum VCARD: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VCARD",
        summary: "Return the number of elements in a vector set",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(2...2, of: "VCARD")
        let set = try keyspace.vectorSet(try call.arguments.next())
        call.reply.integer(set?.count(at: keyspace.nowMilliseconds) ?? 0)
    }
}
