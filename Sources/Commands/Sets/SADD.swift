// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Adds members.
public enum SADD: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SADD",
        summary: "Adds one or more members to a set. Creates the key if it doesn't exist.",
        group: .set,
        since: "1.0.0",
        complexity:
            "O(1) for each element added, so O(N) to add N elements when the command is "
            + "called with multiple arguments.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key member [member ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        let count = call.arguments.count
        let set = try keyspace.setToAddTo(key, call.arguments[2], sizeHint: count - 2)
        let limits = keyspace.setLimits
        var added = 0
        for index in 2..<count where set.add(call.arguments[index], limits: limits) { added += 1 }
        if added > 0 { keyspace.didChange(key, KeyspaceEvent(.set, "sadd"), changes: added) }
        call.reply.integer(added)
    }
}
