// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns a random key.
public enum RANDOMKEY: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "RANDOMKEY",
        summary: "Returns a random key name from the database.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(1)
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let entry = keyspace.randomEntry() else { return call.reply.null() }
        call.reply.bulk(entry.key)
    }
}
