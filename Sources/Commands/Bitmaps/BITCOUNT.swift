// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Counts the set bits of the string at a key, or of a part of it.
public enum BITCOUNT: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "BITCOUNT",
        summary: "Counts the number of set bits (population counting) in a string.",
        group: .bitmap,
        since: "2.6.0",
        complexity: "O(N)",
        arity: .atLeast(2),
        keys: [.first],
        syntax: "key [start:integer end:integer [BYTE | BIT]]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard call.arguments.hasMore else {
            let count = try keyspace.stringEntry(key)?.string.setBitCount ?? 0
            return call.reply.integer(count)
        }
        guard call.arguments.remaining == 2 || call.arguments.remaining == 3 else { throw .syntax }
        let start = try call.arguments.integer()
        let end = try call.arguments.integer()
        let unit = try call.arguments.bitUnit()
        guard let string = try keyspace.stringEntry(key)?.string else {
            return call.reply.integer(0)
        }
        if start < 0, end < 0, start > end { return call.reply.integer(0) }
        guard let range = unit.range(from: start, through: end, of: string) else {
            return call.reply.integer(0)
        }
        call.reply.integer(string.setBitCount(in: range))
    }
}

/// What the bounds of a part of a string count.
enum BitUnit {
    case byte
    case bit

    /// The bits between two bounds, both included; negative ones count from the end. Nil when there
    /// is none between.
    func range(from start: Int64, through end: Int64, of string: Bytes) -> ClosedRange<Int>? {
        let width = self == .bit ? 1 : 8
        let total = Int64(string.bitCount / width)
        // `total` is positive, so a negative bound cannot overflow.
        let first = max(0, start < 0 ? start + total : start)
        let last = min(max(0, end < 0 ? end + total : end), total - 1)
        guard first <= last else { return nil }
        return (Int(first) * width)...(Int(last) * width + width - 1)
    }
}

extension Arguments {
    /// The next argument, if there is one, as `BYTE` or `BIT`.
    mutating func bitUnit() throws(ErrorReply) -> BitUnit {
        guard hasMore else { return .byte }
        if consume("BIT") { return .bit }
        guard consume("BYTE") else { throw .syntax }
        return .byte
    }
}
