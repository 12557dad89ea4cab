// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the score of a member.
public enum ZSCORE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZSCORE",
        summary: "Returns the score of a member in a sorted set.",
        group: .sortedSet,
        since: "1.2.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let set = try keyspace.sortedSet(call.arguments[1])
        guard let score = set?.score(of: call.arguments[2]) else { return call.reply.null() }
        call.reply.double(score)
    }
}

/// Returns the scores of some members.
public enum ZMSCORE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZMSCORE",
        summary: "Returns the score of one or more members in a sorted set.",
        group: .sortedSet,
        since: "6.2.0",
        complexity: "O(N) where N is the number of members being requested.",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member [member ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let set = try keyspace.sortedSet(call.arguments[1])
        let count = call.arguments.count
        call.reply.array(count - 2)
        for index in 2..<count {
            if let score = set?.score(of: call.arguments[index]) {
                call.reply.double(score)
            } else {
                call.reply.null()
            }
        }
    }
}
