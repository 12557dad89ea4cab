// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the members of any of some sets.
public enum ZUNION: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZUNION",
        summary: "Returns the union of multiple sorted sets.",
        group: .sortedSet,
        since: "6.2.0",
        complexity:
            "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and "
            + "M being the number of elements in the resulting sorted set.",
        arity: .atLeast(3),
        keys: [.counted(count: 1, first: 2)],
        syntax:
            "numkeys:integer key [key ...] [WEIGHTS weight:integer [weight:integer ...]] "
            + "[AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeCombination(.union, &call)
    }
}

/// Returns the members of all of some sets.
public enum ZINTER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZINTER",
        summary: "Returns the intersect of multiple sorted sets.",
        group: .sortedSet,
        since: "6.2.0",
        complexity:
            "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being "
            + "the number of input sorted sets and M being the number of elements in the "
            + "resulting sorted set.",
        arity: .atLeast(3),
        keys: [.counted(count: 1, first: 2)],
        syntax:
            "numkeys:integer key [key ...] [WEIGHTS weight:integer [weight:integer ...]] "
            + "[AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeCombination(.intersection, &call)
    }
}

/// Returns the members of the first set that are in no other.
public enum ZDIFF: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZDIFF",
        summary: "Returns the difference between multiple sorted sets.",
        group: .sortedSet,
        since: "6.2.0",
        complexity:
            "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the "
            + "sets, N is the size of the first set, and K is the size of the result set.",
        arity: .atLeast(3),
        keys: [.counted(count: 1, first: 2)],
        syntax: "numkeys:integer key [key ...] [WITHSCORES]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeCombination(.difference, &call)
    }
}

extension Keyspace {
    fileprivate borrowing func writeCombination(
        _ operation: SortedSetCombination.Operation, _ call: inout Call
    ) throws(ErrorReply) {
        let combination = try SortedSetCombination(operation, &call.arguments, in: self)
        combination.write(to: &call.reply)
    }
}
