// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Gives fields values.
public enum HSET: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HSET",
        summary: "Creates or modifies the value of a field in a hash.",
        group: .hash,
        since: "2.0.0",
        complexity:
            "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs.",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key field value [field value ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let created = try setFields(&call, in: &keyspace, of: declaration)
        call.reply.integer(created)
    }
}

/// Gives fields values, as HSET with an older reply.
public enum HMSET: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HMSET",
        summary: "Sets the values of multiple fields.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(N) where N is the number of fields being set.",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key field value [field value ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        _ = try HSET.setFields(&call, in: &keyspace, of: declaration)
        call.reply.ok()
    }
}

extension HSET {
    /// Sets the pairs behind the key and returns how many fields are new.
    fileprivate static func setFields(
        _ call: inout Call, in keyspace: inout Keyspace, of declaration: CommandDeclaration
    ) throws(ErrorReply) -> Int {
        let count = call.arguments.count
        guard count % 2 == 0 else { throw .wrongArgumentCount(declaration.name) }
        let key = call.arguments[1]
        let hash = try keyspace.hashForUpdateOrNew(key)
        hash.prepare(for: call.arguments, from: 2, limits: keyspace.hashLimits)
        var created = 0
        for index in stride(from: 2, to: count, by: 2) {
            let isNew = hash.set(
                call.arguments[index], call.arguments[index + 1], at: keyspace.nowMilliseconds,
                limits: keyspace.hashLimits)
            if isNew { created += 1 }
        }
        keyspace.didChangeFields(of: hash)
        keyspace.didChange(key, KeyspaceEvent(.hash, "hset"))
        return created
    }
}
