// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Keeps the members of a range, with their scores, at another key.
public enum ZRANGESTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZRANGESTORE",
        summary: "Stores a range of members from sorted set in a key.",
        group: .sortedSet,
        since: "6.2.0",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements stored into the destination key.",
        arity: .atLeast(5),
        flags: [.denyOutOfMemory],
        keys: [.firstTwo],
        syntax:
            "dst:key src:key min max [BYSCORE | BYLEX] [REV] [LIMIT offset:integer "
            + "count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let destination = try call.arguments.next()
        let source = try call.arguments.next()
        let selection = try SortedSetSelection(&call.arguments, stores: true)
        let limits = keyspace.sortedSetLimits
        let result = SortedSetValue()
        if let set = try keyspace.sortedSet(source) {
            let ranks = selection.ranks(in: set)
            // Redis knows how many there will be only where they are chosen by rank.
            if selection.isByRank { result.prepare(memberCount: ranks.count, limits: limits) }
            // In the order that was asked for, as the sign of a zero depends on what came before.
            set.walk(ranks, reversed: selection.isReversed) { member, score in
                result.set(member, to: score, limits: limits)
                return true
            }
        }
        call.reply.integer(result.count)
        keyspace.store(result, at: destination, "zrangestore")
    }
}
