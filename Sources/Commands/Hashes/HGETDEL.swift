// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the values of some fields and removes them.
public enum HGETDEL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HGETDEL",
        summary: "Returns the value of a field and deletes it from the hash.",
        group: .hash,
        since: "8.0.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let hash = try keyspace.hashForUpdate(key)
        try call.arguments.readFieldCount()
        let now = keyspace.nowMilliseconds
        var removed = 0
        call.reply.array(call.arguments.remaining)
        while call.arguments.hasMore {
            let field = try call.arguments.next()
            guard let hash, let value = hash.value(of: field, at: now) else {
                call.reply.null()
                if let hash { _ = keyspace.endField(field, of: hash, at: key) }
                continue
            }
            call.reply.bulk(value)
            hash.remove(field, at: now)
            removed += 1
        }
        guard let hash else { return }
        if removed > 0 {
            keyspace.didChangeFields(of: hash, at: key, KeyspaceEvent(.hash, "hdel"))
        } else {
            keyspace.removeEmptied(hash, at: key)
        }
    }
}
