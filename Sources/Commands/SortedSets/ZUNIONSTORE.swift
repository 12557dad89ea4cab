// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Keeps the members of any of some sets at a key.
public enum ZUNIONSTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZUNIONSTORE",
        summary: "Stores the union of multiple sorted sets in a key.",
        group: .sortedSet,
        since: "2.0.0",
        complexity:
            "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and "
            + "M being the number of elements in the resulting sorted set.",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory],
        keys: [.first, .counted(count: 2, first: 3)],
        syntax:
            "destination:key numkeys:integer key [key ...] [WEIGHTS weight:integer "
            + "[weight:integer ...]] [AGGREGATE <SUM | MIN | MAX>]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.storeCombination(.union, &call, "zunionstore")
    }
}

/// Keeps the members of all of some sets at a key.
public enum ZINTERSTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZINTERSTORE",
        summary: "Stores the intersect of multiple sorted sets in a key.",
        group: .sortedSet,
        since: "2.0.0",
        complexity:
            "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being "
            + "the number of input sorted sets and M being the number of elements in the "
            + "resulting sorted set.",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory],
        keys: [.first, .counted(count: 2, first: 3)],
        syntax:
            "destination:key numkeys:integer key [key ...] [WEIGHTS weight:integer "
            + "[weight:integer ...]] [AGGREGATE <SUM | MIN | MAX>]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.storeCombination(.intersection, &call, "zinterstore")
    }
}

/// Keeps the members of the first set that are in no other at a key.
public enum ZDIFFSTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZDIFFSTORE",
        summary: "Stores the difference of multiple sorted sets in a key.",
        group: .sortedSet,
        since: "6.2.0",
        complexity:
            "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the "
            + "sets, N is the size of the first set, and K is the size of the result set.",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory],
        keys: [.first, .counted(count: 2, first: 3)],
        syntax: "destination:key numkeys:integer key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.storeCombination(.difference, &call, "zdiffstore")
    }
}

extension Keyspace {
    fileprivate mutating func storeCombination(
        _ operation: SortedSetCombination.Operation, _ call: inout Call, _ event: StaticString
    ) throws(ErrorReply) {
        let destination = try call.arguments.next()
        let combination = try SortedSetCombination(
            operation, &call.arguments, in: self, stores: true)
        let result = combination.sortedSet(sortedSetLimits)
        call.reply.integer(result.count)
        store(result, at: destination, event)
    }
}
