// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the length of the string at a key.
public enum STRLEN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "STRLEN",
        summary: "Returns the length of a string value.",
        group: .string,
        since: "2.2.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let entry = try keyspace.stringEntry(try call.arguments.next())
        call.reply.integer(entry?.string.count ?? 0)
    }
}
