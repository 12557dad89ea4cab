// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns random fields.
public enum HRANDFIELD: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HRANDFIELD",
        summary: "Returns one or more random fields from a hash.",
        group: .hash,
        since: "6.2.0",
        complexity: "O(N) where N is the number of fields returned",
        arity: .atLeast(2),
        keys: [.first],
        syntax: "key [count:integer [WITHVALUES]]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let now = keyspace.nowMilliseconds
        guard call.arguments.hasMore else {
            var isFound = false
            let hash = try keyspace.hash(key)
            if let hash { keyspace.noteEndedFields(of: hash, at: key) }
            hash?.forEachRandom(1, at: now, using: keyspace.random) { field, _ in
                isFound = true
                call.reply.bulk(field)
            }
            if !isFound { call.reply.null() }
            return
        }
        let request = try Request(&call.arguments)
        guard let hash = try keyspace.hash(key) else { return call.reply.array(0) }
        keyspace.noteEndedFields(of: hash, at: key)
        let present = hash.count(at: now)
        let wanted = request.isDistinct ? Swift.min(request.count, present) : request.count
        guard present > 0, wanted > 0 else { return call.reply.array(0) }
        guard wanted <= maximumCount else { throw .outOfRange }
        let isNested = request.withValues && call.reply.isRESP3
        call.reply.array(request.withValues && !isNested ? wanted * 2 : wanted)
        let write = { (reply: inout ReplyWriter, field: Bytes, value: ValueText) in
            if isNested { reply.array(2) }
            reply.bulk(field)
            if request.withValues { reply.bulk(value) }
        }
        if request.isDistinct, wanted > 1 || present == 1 {
            hash.forEachRandomDistinct(wanted, at: now, using: keyspace.random) {
                write(&call.reply, $0, $1)
            }
        } else {
            hash.forEachRandom(wanted, at: now, using: keyspace.random) {
                write(&call.reply, $0, $1)
            }
        }
    }
}

extension HRANDFIELD {
    /// More repeated fields than these would only exhaust the memory for the reply.
    private static var maximumCount: Int { 1 << 24 }

    private struct Request {
        let count: Int
        /// No field comes twice.
        let isDistinct: Bool
        var withValues = false

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            let number = try arguments.integer()
            guard number != .min else {
                throw ErrorReply(
                    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"
                )
            }
            count = Int(number.magnitude)
            isDistinct = number >= 0
            guard arguments.hasMore else { return }
            guard arguments.remaining == 1, arguments.consume("WITHVALUES") else { throw .syntax }
            guard count <= Int.max / 2 else { throw .outOfRange }
            withValues = true
        }
    }
}
