// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Adds to the integer of a field.
public enum HINCRBY: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HINCRBY",
        summary:
            "Increments the integer value of a field in a hash by a number. Uses 0 as initial value if the field doesn't exist.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key field increment:integer"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let field = try call.arguments.next()
        let increment = try call.arguments.integer()
        let now = keyspace.nowMilliseconds
        var number: Int64 = 0
        let existing = try keyspace.hashForUpdate(key)
        if let stored = existing?.value(of: field, at: now) {
            guard let parsed = stored.withBytes({ Int64(strict: $0) }) else {
                throw ErrorReply("ERR hash value is not an integer")
            }
            number = parsed
        } else if let existing {
            _ = keyspace.endField(field, of: existing, at: key)
        }
        let (sum, overflow) = number.addingReportingOverflow(increment)
        guard !overflow else { throw ErrorReply("ERR increment or decrement would overflow") }
        let hash = existing ?? keyspace.insertHash(key)
        let limits = keyspace.hashLimits
        sum.withDecimal {
            _ = hash.set(field, $0, at: now, keepingExpiry: true, limits: limits)
        }
        keyspace.didChangeFields(of: hash)
        keyspace.didChange(key, KeyspaceEvent(.hash, "hincrby"))
        call.reply.integer(sum)
    }
}
