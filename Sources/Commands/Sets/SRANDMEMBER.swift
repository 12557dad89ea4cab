// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns random members.
public enum SRANDMEMBER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SRANDMEMBER",
        summary: "Get one or multiple random members from a set",
        group: .set,
        since: "1.0.0",
        complexity:
            "Without the count argument O(1), otherwise O(N) where N is the absolute value of the "
            + "passed count.",
        arity: .atLeast(2),
        keys: [.first],
        syntax: "key [count:integer]"
    )

    /// More repeated members than these would only exhaust the memory for the reply.
    private static let mostRepeated: Int64 = 1 << 24

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard call.arguments.hasMore else {
            guard let member = try keyspace.setValue(key)?.randomMember(using: keyspace.random)
            else { return call.reply.null() }
            return call.reply.bulk(member)
        }
        guard call.arguments.remaining == 1 else { throw .syntax }
        let number = try call.arguments.integer()
        guard number != .min else { throw .outside(-Int64.max...Int64.max) }
        guard let set = try keyspace.setValue(key), number != 0 else { return call.reply.array(0) }
        if number > 1 || number == 1 && set.count == 1 {
            let count = Int(Swift.min(number, Int64(set.count)))
            call.reply.array(count)
            set.forEachRandomDistinct(count, using: keyspace.random) { call.reply.bulk($0) }
            return
        }
        guard number.magnitude <= Self.mostRepeated.magnitude else { throw .outOfRange }
        let count = Int(number.magnitude)
        call.reply.array(count)
        set.forEachRandom(count, using: keyspace.random) { call.reply.bulk($0) }
    }
}
