// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes keys.
public enum DEL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "DEL",
        summary: "Deletes one or more keys.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys that will be removed.",
        arity: .atLeast(2),
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        var removed = 0
        while call.arguments.hasMore {
            let key = try call.arguments.next()
            guard keyspace.remove(key) else { continue }
            keyspace.didChange(key, KeyspaceEvent(.generic, "del"))
            removed += 1
        }
        call.reply.integer(removed)
    }
}
