// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns random members.
public enum ZRANDMEMBER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ZRANDMEMBER",
        summary: "Returns one or more random members from a sorted set.",
        group: .sortedSet,
        since: "6.2.0",
        complexity: "O(N) where N is the number of members returned",
        arity: .atLeast(2),
        keys: [.first],
        syntax: "key [count:integer [WITHSCORES]]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard call.arguments.hasMore else {
            guard let set = try keyspace.sortedSet(key) else { return call.reply.null() }
            return set.forEachRandom(1, using: keyspace.random) { member, _ in
                call.reply.bulk(member)
            }
        }
        let request = try Request(&call.arguments)
        guard let set = try keyspace.sortedSet(key) else { return call.reply.array(0) }
        let wanted = request.isDistinct ? min(request.count, set.count) : request.count
        guard wanted > 0 else { return call.reply.array(0) }
        guard wanted <= maximumCount else { throw .outOfRange }
        let withScores = request.withScores
        call.reply.members(wanted, withScores: withScores)
        let write = { (reply: inout ReplyWriter, member: Bytes, score: Double) in
            reply.member(member, score, withScores: withScores)
        }
        if request.isDistinct {
            set.forEachRandomDistinct(wanted, using: keyspace.random) {
                write(&call.reply, $0, $1)
            }
        } else {
            set.forEachRandom(wanted, using: keyspace.random) { write(&call.reply, $0, $1) }
        }
    }
}

extension ZRANDMEMBER {
    /// More repeated members than these would only exhaust the memory for the reply.
    private static var maximumCount: Int { 1 << 24 }

    private struct Request {
        let count: Int
        /// No member comes twice.
        let isDistinct: Bool
        var withScores = false

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            let number = try arguments.integer()
            guard number != .min else { throw .outside(-Int64.max...Int64.max) }
            count = Int(number.magnitude)
            isDistinct = number >= 0
            guard arguments.hasMore else { return }
            guard arguments.remaining == 1, arguments.consume("WITHSCORES") else { throw .syntax }
            guard count <= Int.max / 2 else { throw .outOfRange }
            withScores = true
        }
    }
}
