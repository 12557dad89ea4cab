// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes members.
public enum ZREM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREM",
        summary:
            "Removes one or more members from a sorted set. Deletes the sorted set if all members "
            + "were removed.",
        group: .sortedSet,
        since: "1.2.0",
        complexity:
            "O(M*log(N)) with N being the number of elements in the sorted set and M the number "
            + "of elements to be removed.",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member [member ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard let set = try keyspace.sortedSetForUpdate(key) else { return call.reply.integer(0) }
        var removed = 0
        while call.arguments.hasMore, set.count > 0 {
            if set.remove(try call.arguments.next()) { removed += 1 }
        }
        if removed > 0 { keyspace.didRemoveMembers(of: set, at: key, "zrem") }
        call.reply.integer(removed)
    }
}
