// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Names the type of the value at a key, or `none`.
public enum TYPE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "TYPE",
        summary: "Determines the type of value stored at a key.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let entry = keyspace.inspect(try call.arguments.next()) else {
            return call.reply.simple("none")
        }
        call.reply.simple(entry.type.name)
    }
}
