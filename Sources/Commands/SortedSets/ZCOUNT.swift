// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Counts the members with scores in a range.
public enum ZCOUNT: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZCOUNT",
        summary:
            "Returns the count of members in a sorted set that have scores within a range.",
        group: .sortedSet,
        since: "2.0.0",
        complexity: "O(log(N)) with N being the number of elements in the sorted set.",
        arity: .exactly(4),
        flags: [.fast],
        keys: [.first],
        syntax: "key min:double max:double"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let range = try ScoreRange(from: call.arguments[2], to: call.arguments[3])
        call.reply.integer(
            try keyspace.sortedSet(call.arguments[1])?.ranks(of: range).count ?? 0)
    }
}

/// Counts the members in a range of bytes.
public enum ZLEXCOUNT: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZLEXCOUNT",
        summary:
            "Returns the number of members in a sorted set within a lexicographical range.",
        group: .sortedSet,
        since: "2.8.9",
        complexity: "O(log(N)) with N being the number of elements in the sorted set.",
        arity: .exactly(4),
        flags: [.fast],
        keys: [.first],
        syntax: "key min max"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let range = try LexRange(from: call.arguments[2], to: call.arguments[3])
        call.reply.integer(
            try keyspace.sortedSet(call.arguments[1])?.ranks(of: range).count ?? 0)
    }
}
