// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the members in a range of ranks, scores or bytes.
public enum ZRANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZRANGE",
        summary: "Returns members in a sorted set within a range of indexes.",
        group: .sortedSet,
        since: "1.2.0",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements returned.",
        arity: .atLeast(4),
        keys: [.first],
        syntax:
            "key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset:integer count:integer] "
            + "[WITHSCORES]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRange(&call, kind: nil, isReversed: nil)
    }
}

/// Returns the members in a range of ranks, the highest score first.
public enum ZREVRANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREVRANGE",
        summary: "Returns members in a sorted set within a range of indexes in reverse order.",
        group: .sortedSet,
        since: "1.2.0",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements returned.",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key start:integer stop:integer [WITHSCORES]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRange(&call, kind: .ranks, isReversed: true)
    }
}

/// Returns the members with scores in a range.
public enum ZRANGEBYSCORE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZRANGEBYSCORE",
        summary: "Returns members in a sorted set within a range of scores.",
        group: .sortedSet,
        since: "1.0.5",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements being returned. If M is constant (e.g. always asking for the "
            + "first 10 elements with LIMIT), you can consider it O(log(N)).",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key min:double max:double [WITHSCORES] [LIMIT offset:integer count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRange(&call, kind: .scores, isReversed: false)
    }
}

/// Returns the members with scores in a range, the highest first.
public enum ZREVRANGEBYSCORE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREVRANGEBYSCORE",
        summary: "Returns members in a sorted set within a range of scores in reverse order.",
        group: .sortedSet,
        since: "2.2.0",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements being returned. If M is constant (e.g. always asking for the "
            + "first 10 elements with LIMIT), you can consider it O(log(N)).",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key max:double min:double [WITHSCORES] [LIMIT offset:integer count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRange(&call, kind: .scores, isReversed: true)
    }
}

/// Returns the members in a range of bytes.
public enum ZRANGEBYLEX: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZRANGEBYLEX",
        summary: "Returns members in a sorted set within a lexicographical range.",
        group: .sortedSet,
        since: "2.8.9",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements being returned. If M is constant (e.g. always asking for the "
            + "first 10 elements with LIMIT), you can consider it O(log(N)).",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key min max [LIMIT offset:integer count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRange(&call, kind: .bytes, isReversed: false)
    }
}

/// Returns the members in a range of bytes, the last first.
public enum ZREVRANGEBYLEX: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREVRANGEBYLEX",
        summary:
            "Returns members in a sorted set within a lexicographical range in reverse order.",
        group: .sortedSet,
        since: "2.8.9",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements being returned. If M is constant (e.g. always asking for the "
            + "first 10 elements with LIMIT), you can consider it O(log(N)).",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key max min [LIMIT offset:integer count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRange(&call, kind: .bytes, isReversed: true)
    }
}

extension Keyspace {
    fileprivate borrowing func writeRange(
        _ call: inout Call, kind: SortedSetSelection.Kind?, isReversed: Bool?
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        let selection = try SortedSetSelection(
            &call.arguments, kind: kind, isReversed: isReversed)
        guard let set = try sortedSet(key) else { return call.reply.array(0) }
        let ranks = selection.ranks(in: set)
        let withScores = selection.withScores
        call.reply.members(ranks.count, withScores: withScores)
        set.walk(ranks, reversed: selection.isReversed) { member, score in
            call.reply.member(member, score, withScores: withScores)
            return true
        }
    }
}
