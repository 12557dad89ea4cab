// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Finds the first set or clear bit of the string at a key, or of a part of it.
public enum BITPOS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "BITPOS",
        summary: "Finds the first set (1) or clear (0) bit in a string.",
        group: .bitmap,
        since: "2.8.7",
        complexity: "O(N)",
        arity: .atLeast(3),
        keys: [.first],
        syntax: "key bit:integer [start:integer [end:integer [BYTE | BIT]]]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let bit = try call.arguments.integer()
        guard bit == 0 || bit == 1 else {
            throw ErrorReply("ERR The bit argument must be 1 or 0.")
        }
        guard call.arguments.remaining <= 3 else { throw .syntax }
        var bounds: (start: Int64, end: Int64) = (0, -1)
        let hasEnd = call.arguments.remaining >= 2
        if call.arguments.hasMore { bounds.start = try call.arguments.integer() }
        // Redis looks at the unit before it reads the end.
        let endPosition = call.arguments.position
        call.arguments.position += hasEnd ? 1 : 0
        let unit = try call.arguments.bitUnit()
        if hasEnd {
            call.arguments.position = endPosition
            bounds.end = try call.arguments.integer()
        }
        guard let string = try keyspace.stringEntry(key)?.string else {
            return call.reply.integer(bit == 1 ? -1 : 0)
        }
        guard !string.isEmpty,
            let range = unit.range(from: bounds.start, through: bounds.end, of: string)
        else { return call.reply.integer(-1) }
        if let found = string.firstBit(isSet: bit == 1, in: range) {
            return call.reply.integer(found)
        }
        // Without an end, zeros go on behind the string.
        call.reply.integer(bit == 1 || hasEnd ? -1 : string.bitCount)
    }
}
