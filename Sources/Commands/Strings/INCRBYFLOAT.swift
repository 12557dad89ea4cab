// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Adds a floating point number to the one at a key.
public enum INCRBYFLOAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "INCRBYFLOAT",
        summary:
            "Increment the floating point value of a key by a number. Uses 0 as initial value if the key doesn't exist.",
        group: .string,
        since: "2.6.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key increment:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let increment = try call.arguments.next()
        let entry = try keyspace.stringEntryForUpdate(key)
        let stored = entry?.string ?? Bytes("0")
        guard LongDouble.kind(of: stored) != .notANumber,
            LongDouble.kind(of: increment) != .notANumber
        else { throw .notAFloat }
        guard let sum = LongDouble.sum(stored, increment) else {
            throw ErrorReply("ERR increment would produce NaN or Infinity")
        }
        sum.withBytes {
            _ = keyspace.setString(
                key, $0, keepingExpiry: true, detectingInteger: false, isNewValue: false)
        }
        keyspace.didChange(key, KeyspaceEvent(.string, "incrbyfloat"))
        call.reply.bulk(sum)
    }
}
