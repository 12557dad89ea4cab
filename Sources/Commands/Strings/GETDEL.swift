// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the string at a key and removes the key.
public enum GETDEL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "GETDEL",
        summary: "Returns the string value of a key after deleting the key.",
        group: .string,
        since: "6.2.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard let entry = try keyspace.stringEntry(key) else { return call.reply.null() }
        call.reply.bulk(entry.string)
        keyspace.remove(key)
        keyspace.didChange(key, KeyspaceEvent(.generic, "del"))
    }
}
