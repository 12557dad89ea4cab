// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Goes through the fields of a hash in steps.
public enum HSCAN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HSCAN",
        summary: "Iterates over fields and values of a hash.",
        group: .hash,
        since: "2.8.0",
        complexity:
            "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.",
        arity: .atLeast(3),
        keys: [.first],
        syntax: "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [NOVALUES]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let cursor = try ScanCursor.parse(try call.arguments.next())
        guard let hash = try keyspace.hash(key) else {
            call.reply.array(2)
            call.reply.bulk(Bytes("0"))
            return call.reply.array(0)
        }
        let options = try Options(&call.arguments)
        var found: [(field: Bytes, value: ValueText)] = []
        let next = hash.scan(from: cursor, count: options.count, at: keyspace.nowMilliseconds) {
            if let pattern = options.pattern, !GlobPattern.matches($0, pattern) { return }
            found.append(($0, $1))
        }
        call.reply.array(2)
        call.reply.bulk(Int64(bitPattern: next))
        call.reply.array(options.withValues ? found.count * 2 : found.count)
        for pair in found {
            call.reply.bulk(pair.field)
            if options.withValues { call.reply.bulk(pair.value) }
        }
    }
}

extension HSCAN {
    private struct Options {
        var pattern: Bytes?
        var count = 10
        var withValues = true

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            while arguments.hasMore {
                if arguments.remaining > 1, arguments.consume("COUNT") {
                    let number = try arguments.integer()
                    guard number > 0 else { throw .syntax }
                    count = Int(number)
                } else if arguments.remaining > 1, arguments.consume("MATCH") {
                    let glob = try arguments.next()
                    pattern = glob == "*" ? nil : glob
                } else if arguments.consume("NOVALUES") {
                    withValues = false
                } else {
                    throw .syntax
                }
            }
        }
    }
}

/// The cursor of a scan as a client sends it.
enum ScanCursor {
    /// As Redis reads it, by C's `strtoull`: white space, a sign and zeros may stand before the
    /// digits. A minus without any of the others is refused, but for `-0`.
    static func parse(_ text: Bytes) throws(ErrorReply) -> UInt64 {
        let invalid = ErrorReply("ERR invalid cursor")
        var index = 0
        while index < text.count, text[index] == 0x20 || (0x09...0x0D).contains(text[index]) {
            index += 1
        }
        let isNegative = index < text.count && text[index] == UInt8(ascii: "-")
        if isNegative || (index < text.count && text[index] == UInt8(ascii: "+")) { index += 1 }
        guard index < text.count else { throw invalid }
        var cursor: UInt64 = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            let (product, overflow) = cursor.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard digit <= 9, !overflow, !carry else { throw invalid }
            cursor = sum
            index += 1
        }
        guard isNegative, cursor != 0 else { return cursor }
        if Int64(strict: text) != nil { throw invalid }
        return 0 &- cursor
    }
}
