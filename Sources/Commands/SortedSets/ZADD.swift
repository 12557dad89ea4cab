// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Gives members scores.
public enum ZADD: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZADD",
        summary:
            "Adds one or more members to a sorted set, or updates their scores. Creates the key "
            + "if it doesn't exist.",
        group: .sortedSet,
        since: "1.2.0",
        complexity:
            "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax:
            "key [NX | XX] [GT | LT] [CH] [INCR] score:double member [score:double member ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try ScoreAddition(&call.arguments).run(&call, in: &keyspace)
    }
}

/// Adds to the score of a member.
public enum ZINCRBY: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZINCRBY",
        summary: "Increments the score of a member in a sorted set.",
        group: .sortedSet,
        since: "1.2.0",
        complexity: "O(log(N)) where N is the number of elements in the sorted set.",
        arity: .exactly(4),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key increment:integer member"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try ScoreAddition(&call.arguments, increments: true).run(&call, in: &keyspace)
    }
}
