// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Counts the members of all of some sets.
public enum ZINTERCARD: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZINTERCARD",
        summary: "Returns the number of members of the intersect of multiple sorted sets.",
        group: .sortedSet,
        since: "7.0.0",
        complexity:
            "O(N*K) worst case with N being the smallest input sorted set, K being the number "
            + "of input sorted sets.",
        arity: .atLeast(3),
        keys: [.counted(count: 1, first: 2)],
        syntax: "numkeys:integer key [key ...] [LIMIT limit:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let combination = try SortedSetCombination(
            .intersection, &call.arguments, in: keyspace, counts: true)
        call.reply.integer(combination.memberCount())
    }
}
