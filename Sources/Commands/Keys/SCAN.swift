// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Goes through the keys of the selected database, some at a time.
public enum SCAN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SCAN",
        summary: "Iterates over the key names in the database.",
        group: .generic,
        since: "2.8.0",
        complexity:
            "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.",
        arity: .atLeast(2),
        syntax: "cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE type]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        var cursor = try ScanCursor.parse(try call.arguments.next())
        let options = try Options(&call.arguments)
        var found = 0
        var sampled: Int64 = 0
        // In a sparse table buckets may hold nothing: a call looks at no more than so many.
        var buckets = options.count.multipliedReportingOverflow(by: 10)
        if buckets.overflow { buckets.partialValue = .max }
        var keys = ReplyWriter(capacity: 1024)
        repeat {
            cursor = keyspace.scan(from: cursor) { entry in
                sampled += 1
                guard options.matches(entry) else { return }
                keys.bulk(entry.key)
                found += 1
            }
            buckets.partialValue -= 1
        } while cursor != 0 && buckets.partialValue >= 0 && sampled < options.count
        call.reply.array(2)
        call.reply.bulk(String(cursor))
        call.reply.array(found)
        call.reply.raw(keys.bytes)
    }
}

extension SCAN {
    private struct Options {
        var count: Int64 = 10
        var pattern: Bytes?
        var type: Bytes?

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            while arguments.hasMore {
                guard arguments.remaining > 1 else {
                    throw arguments.consume("NOVALUES") ? .novalues : .syntax
                }
                if arguments.consume("COUNT") {
                    count = try arguments.integer()
                    guard count > 0 else { throw .syntax }
                } else if arguments.consume("MATCH") {
                    let glob = try arguments.next()
                    pattern = glob == "*" ? nil : glob
                } else if arguments.consume("TYPE") {
                    type = try arguments.next()
                } else if arguments.consume("NOVALUES") {
                    throw .novalues
                } else {
                    throw .syntax
                }
            }
        }

        func matches(_ entry: Entry) -> Bool {
            if let type, !type.equalsIgnoringCase(entry.type.name) { return false }
            guard let pattern else { return true }
            return GlobPattern.matches(entry.key, pattern)
        }
    }
}

extension ErrorReply {
    fileprivate static let novalues = ErrorReply(
        "ERR NOVALUES option can only be used in HSCAN")
}
