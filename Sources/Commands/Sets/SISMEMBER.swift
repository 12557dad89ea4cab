// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Tells whether a set has a member.
public enum SISMEMBER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SISMEMBER",
        summary: "Determines whether a member belongs to a set.",
        group: .set,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let set = try keyspace.setValue(call.arguments[1])
        call.reply.integer(set?.contains(call.arguments[2]) == true ? 1 : 0)
    }
}

/// Tells of several members whether a set has them.
public enum SMISMEMBER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SMISMEMBER",
        summary: "Determines whether multiple members belong to a set.",
        group: .set,
        since: "6.2.0",
        complexity: "O(N) where N is the number of elements being checked for membership",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key member [member ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let set = try keyspace.setValue(call.arguments[1])
        let count = call.arguments.count
        call.reply.array(count - 2)
        for index in 2..<count {
            call.reply.integer(set?.contains(call.arguments[index]) == true ? 1 : 0)
        }
    }
}
