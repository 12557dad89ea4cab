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
        complexity:
            "O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).",
        arity: .atLeast(2),
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try removeAll(&call, in: &keyspace)
    }
}

/// Removes keys; memory is given back elsewhere, as DEL does too.
public enum UNLINK: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "UNLINK",
        summary: "Asynchronously deletes one or more keys.",
        group: .generic,
        since: "4.0.0",
        complexity:
            "O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in order to reclaim memory, where N is the number of allocations the deleted objects where composed of.",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try removeAll(&call, in: &keyspace)
    }
}

private func removeAll(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
    var removed = 0
    while call.arguments.hasMore {
        let key = try call.arguments.next()
        guard keyspace.remove(key) else { continue }
        keyspace.didChange(key, KeyspaceEvent(.generic, "del"))
        removed += 1
    }
    call.reply.integer(removed)
}
