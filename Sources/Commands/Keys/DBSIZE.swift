// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Counts the keys of the selected database.
public enum DBSIZE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "DBSIZE",
        summary: "Returns the number of keys in the database.",
        group: .server,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.fast, .keyspace]
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.integer(keyspace.count)
    }
}
