// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Gives a field a value unless it has one.
public enum HSETNX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HSETNX",
        summary: "Sets the value of a field in a hash only when the field doesn't exist.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key field value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        let field = call.arguments[2]
        let now = keyspace.nowMilliseconds
        let existing = try keyspace.hashForUpdate(key)
        guard existing?.value(of: field, at: now) == nil else { return call.reply.integer(0) }
        if let existing { _ = keyspace.endField(field, of: existing, at: key) }
        let hash = existing ?? keyspace.insertHash(key)
        hash.prepare(for: call.arguments, from: 2, limits: keyspace.hashLimits)
        hash.set(field, call.arguments[3], at: now, limits: keyspace.hashLimits)
        keyspace.didChangeFields(of: hash)
        keyspace.didChange(key, KeyspaceEvent(.hash, "hset"))
        call.reply.integer(1)
    }
}
