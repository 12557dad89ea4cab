// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns how many members stand before one.
public enum ZRANK: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZRANK",
        summary: "Returns the index of a member in a sorted set ordered by ascending scores.",
        group: .sortedSet,
        since: "2.0.0",
        complexity: "O(log(N))",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member [WITHSCORE]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRank(&call, isReversed: false)
    }
}

/// Returns how many members stand behind one.
public enum ZREVRANK: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREVRANK",
        summary: "Returns the index of a member in a sorted set ordered by descending scores.",
        group: .sortedSet,
        since: "2.0.0",
        complexity: "O(log(N))",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member [WITHSCORE]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeRank(&call, isReversed: true)
    }
}

extension Keyspace {
    fileprivate borrowing func writeRank(
        _ call: inout Call, isReversed: Bool
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        let member = try call.arguments.next()
        guard call.arguments.remaining <= 1 else {
            throw .wrongArgumentCount(isReversed ? "zrevrank" : "zrank")
        }
        let withScore = call.arguments.consume("WITHSCORE")
        guard !call.arguments.hasMore else { throw .syntax }
        guard let set = try sortedSet(key), let found = set.rank(of: member) else {
            return withScore ? call.reply.nullArray() : call.reply.null()
        }
        if withScore { call.reply.array(2) }
        call.reply.integer(isReversed ? set.count - 1 - found.rank : found.rank)
        if withScore { call.reply.double(found.score) }
    }
}
