// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the indexes of elements that equal a value.
public enum LPOS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "LPOS",
        summary: "Returns the index of matching elements in a list.",
        group: .list,
        since: "6.0.6",
        complexity:
            "O(N) where N is the number of elements in the list, for the average case. "
            + "When searching for elements near the head or the tail of the list, or when "
            + "the MAXLEN option is provided, the command may run in constant time.",
        arity: .atLeast(3),
        keys: [.first],
        syntax: "key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let element = try call.arguments.next()
        let options = try Options(&call.arguments)
        guard let list = try keyspace.list(key) else {
            return options.limit == nil ? call.reply.null() : call.reply.array(0)
        }
        guard let limit = options.limit else {
            var found: Int?
            list.forEachMatch(of: element, options) { index in
                found = index
                return false
            }
            return found.map { call.reply.integer($0) } ?? call.reply.null()
        }
        let header = call.reply.deferHeader()
        var found: Int64 = 0
        list.forEachMatch(of: element, options) { index in
            call.reply.integer(index)
            found += 1
            return limit == 0 || found < limit
        }
        call.reply.array(Int(found), at: header)
    }
}

extension LPOS {
    fileprivate struct Options {
        /// Which match comes first; negative: from the tail.
        var rank: Int64 = 1
        /// COUNT, 0 being all; nil asks for one index instead of an array.
        var limit: Int64?
        /// The most elements to look at, 0 being all.
        var length: Int64 = 0

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            while arguments.hasMore {
                guard arguments.remaining >= 2 else { throw .syntax }
                if arguments.consume("RANK") {
                    rank = try arguments.integer()
                    guard rank != .min else { throw .outside(-Int64.max...Int64.max) }
                    guard rank != 0 else {
                        throw ErrorReply(
                            "ERR RANK can't be zero: use 1 to start from the first match, 2 from "
                                + "the second ... or use negative to start from the end of the list"
                        )
                    }
                } else if arguments.consume("COUNT") {
                    limit = try arguments.integer(
                        in: 0...Int64.max, else: ErrorReply("ERR COUNT can't be negative"))
                } else if arguments.consume("MAXLEN") {
                    length = try arguments.integer(
                        in: 0...Int64.max, else: ErrorReply("ERR MAXLEN can't be negative"))
                } else {
                    throw .syntax
                }
            }
        }
    }
}

extension ListValue {
    /// Calls `body` with the indexes of elements that equal `element`, while it says so.
    fileprivate func forEachMatch(
        of element: Bytes, _ options: LPOS.Options, _ body: (Int) -> Bool
    ) {
        let isForward = options.rank > 0
        let first = isForward ? 0 : count - 1
        var rank = options.rank.magnitude
        var seen: Int64 = 0
        walk(from: first, toward: isForward ? .tail : .head) { candidate in
            if options.length > 0, seen >= options.length { return false }
            seen += 1
            guard candidate == element else { return true }
            rank -= rank > 0 ? 1 : 0
            let index = isForward ? Int(seen) - 1 : count - Int(seen)
            return rank > 0 || body(index)
        }
    }
}
