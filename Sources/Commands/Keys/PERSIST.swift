// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Lets a key stay.
public enum PERSIST: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PERSIST",
        summary: "Removes the expiration time of a key.",
        group: .generic,
        since: "2.2.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard let entry = keyspace.findForUpdate(key), keyspace.clearExpiry(of: entry) else {
            return call.reply.integer(0)
        }
        keyspace.didChange(key, KeyspaceEvent(.generic, "persist"))
        call.reply.integer(1)
    }
}
