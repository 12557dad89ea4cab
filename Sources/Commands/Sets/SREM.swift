// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Removes members.
public enum SREM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SREM",
        summary:
            "Removes one or more members from a set. Deletes the set if the last member was "
            + "removed.",
        group: .set,
        since: "1.0.0",
        complexity: "O(N) where N is the number of members to be removed.",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member [member ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        guard let set = try keyspace.setValueForUpdate(key) else { return call.reply.integer(0) }
        var removed = 0
        for index in 2..<call.arguments.count where set.remove(call.arguments[index]) {
            removed += 1
        }
        if removed > 0 {
            keyspace.didRemoveMembers(
                of: set, at: key, KeyspaceEvent(.set, "srem"), changes: removed)
        }
        call.reply.integer(removed)
    }
}
