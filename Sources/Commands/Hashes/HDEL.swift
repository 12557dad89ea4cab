// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes fields.
public enum HDEL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HDEL",
        summary:
            "Deletes one or more fields and their values from a hash. Deletes the hash if no fields remain.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(N) where N is the number of fields to be removed.",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        guard let hash = try keyspace.hashForUpdate(key) else { return call.reply.integer(0) }
        var removed = 0
        for index in 2..<call.arguments.count
        where hash.remove(call.arguments[index], at: .min) {
            // As in Redis a field that has ended counts while it is there.
            removed += 1
        }
        if removed > 0 {
            keyspace.didChangeFields(of: hash, at: key, KeyspaceEvent(.hash, "hdel"))
        }
        call.reply.integer(removed)
    }
}
