// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Goes through the members of a set in steps.
public enum SSCAN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SSCAN",
        summary: "Iterates over members of a set.",
        group: .set,
        since: "2.8.0",
        complexity:
            "O(1) for every call. O(N) for a complete iteration, including enough command calls "
            + "for the cursor to return back to 0. N is the number of elements inside the "
            + "collection.",
        arity: .atLeast(3),
        keys: [.first],
        syntax: "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let cursor = try ScanCursor.parse(try call.arguments.next())
        guard let set = try keyspace.setValue(key) else {
            call.reply.array(2)
            call.reply.bulk(Bytes("0"))
            return call.reply.array(0)
        }
        let options = try Options(&call.arguments)
        var found: [SetMember] = []
        let next = set.scan(from: cursor, count: options.count) { member in
            if options.matches(member) { found.append(member) }
        }
        call.reply.array(2)
        call.reply.bulk(String(next))
        call.reply.array(found.count)
        for member in found { call.reply.bulk(member) }
    }
}

extension SSCAN {
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

        func matches(_ member: SetMember) -> Bool {
            guard let pattern else { return true }
            return member.withBytes { GlobPattern.matches($0, pattern) }
        }
    }
}
