// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Adds to the floating point number of a field.
public enum HINCRBYFLOAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HINCRBYFLOAT",
        summary:
            "Increments the floating point value of a field by a number. Uses 0 as initial value if the field doesn't exist.",
        group: .hash,
        since: "2.6.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key field increment:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let field = try call.arguments.next()
        let increment = try call.arguments.next()
        switch LongDouble.kind(of: increment) {
        case .finite: break
        case .infinite: throw ErrorReply("ERR value is NaN or Infinity")
        case .notANumber: throw .notAFloat
        }
        let now = keyspace.nowMilliseconds
        let existing = try keyspace.hashForUpdate(key)
        let stored = existing?.value(of: field, at: now) ?? .integer(0)
        if stored.withBytes({ LongDouble.kind(of: $0) }) == .notANumber {
            throw ErrorReply("ERR hash value is not a float")
        }
        guard let sum = stored.withBytes({ LongDouble.sum($0, increment) }) else {
            throw ErrorReply("ERR increment would produce NaN or Infinity")
        }
        if let existing { _ = keyspace.endField(field, of: existing, at: key) }
        let hash = existing ?? keyspace.insertHash(key)
        let limits = keyspace.hashLimits
        sum.withBytes {
            _ = hash.set(field, $0, at: now, keepingExpiry: true, limits: limits)
        }
        keyspace.didChangeFields(of: hash)
        keyspace.didChange(key, KeyspaceEvent(.hash, "hincrbyfloat"))
        call.reply.bulk(sum)
    }
}
