// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Goes through the members of a sorted set in steps.
public enum ZSCAN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZSCAN",
        summary: "Iterates over members and scores of a sorted set.",
        group: .sortedSet,
        since: "2.8.0",
        complexity:
            "O(1) for every call. O(N) for a complete iteration, including enough command "
            + "calls for the cursor to return back to 0. N is the number of elements inside the "
            + "collection.",
        arity: .atLeast(3),
        keys: [.first],
        syntax: "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let cursor = try ScanCursor.parse(try call.arguments.next())
        guard let set = try keyspace.sortedSet(key) else {
            call.reply.array(2)
            call.reply.bulk(Bytes("0"))
            return call.reply.array(0)
        }
        let options = try Options(&call.arguments)
        var found: [(member: Bytes, score: Double)] = []
        let next = set.scan(from: cursor, count: options.count) { member, score in
            if let pattern = options.pattern, !GlobPattern.matches(member, pattern) { return }
            found.append((member, score))
        }
        call.reply.array(2)
        call.reply.bulk(Int64(bitPattern: next))
        call.reply.array(found.count * 2)
        for (member, score) in found {
            call.reply.bulk(member)
            // Redis writes the scores of its two forms differently.
            if set.isPacked {
                DoubleText.withShortest(score) { call.reply.bulk($0) }
            } else {
                call.reply.bulk(NumberText.significant(score, digits: 17))
            }
        }
    }
}

extension ZSCAN {
    private struct Options {
        var pattern: Bytes?
        var count = 10

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
                    throw ErrorReply("ERR NOVALUES option can only be used in HSCAN")
                } else {
                    throw .syntax
                }
            }
        }
    }
}
