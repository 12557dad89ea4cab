// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Takes the members with the lowest scores.
public enum ZPOPMIN: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZPOPMIN",
        summary:
            "Returns the lowest-scoring members from a sorted set after removing them. Deletes "
            + "the sorted set if the last member was popped.",
        group: .sortedSet,
        since: "5.0.0",
        complexity:
            "O(log(N)*M) with N being the number of elements in the sorted set, and M being "
            + "the number of elements popped.",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key [count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.pop(&call, from: .minimum)
    }
}

/// Takes the members with the highest scores.
public enum ZPOPMAX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZPOPMAX",
        summary:
            "Returns the highest-scoring members from a sorted set after removing them. "
            + "Deletes the sorted set if the last member was popped.",
        group: .sortedSet,
        since: "5.0.0",
        complexity:
            "O(log(N)*M) with N being the number of elements in the sorted set, and M being "
            + "the number of elements popped.",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key [count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.pop(&call, from: .maximum)
    }
}

extension Keyspace {
    fileprivate mutating func pop(
        _ call: inout Call, from end: SortedSetEnd
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard call.arguments.remaining <= 1 else { throw .syntax }
        let hasCount = call.arguments.hasMore
        let limit =
            hasCount
            ? try call.arguments.integer(in: 0...Int64.max, else: .mustBePositive) : 1
        guard let set = try sortedSetForUpdate(key), limit > 0 else { return call.reply.array(0) }
        let isNested = hasCount && call.reply.isRESP3
        let count = Int(min(limit, Int64(set.count)))
        call.reply.array(isNested ? count : count * 2)
        pop(count, from: set, at: key, end, isNested: isNested, &call.reply)
    }
}
