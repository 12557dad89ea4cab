// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Gives a key a string.
public enum SET: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SET",
        summary:
            "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax: "key value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let value = try call.arguments.next()
        guard !call.arguments.hasMore else { throw .syntax }
        keyspace.setString(key, value)
        keyspace.didChange(key, KeyspaceEvent(.string, "set"))
        call.reply.ok()
    }
}
