// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns random elements: one, several different ones, or with a negative count any.
public enum VRANDMEMBER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VRANDMEMBER",
        summary: "Return one or multiple random members from a vector set",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(N) where N is the absolute value of the count argument.",
        arity: .atLeast(1),
        keys: [.first],
        syntax: "key [count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(2...3, of: "VRANDMEMBER")
        let key = try call.arguments.next()
        guard call.arguments.hasMore else {
            guard let set = try keyspace.vectorSet(key) else { return call.reply.null() }
            return set.forEachRandomName(1, at: keyspace.nowMilliseconds, keyspace.random) {
                call.reply.bulk($0)
            }
        }
        let count = try call.arguments.integer(
            else: ErrorReply("ERR COUNT value is not an integer"))
        guard count != 0, let set = try keyspace.vectorSet(key) else { return call.reply.array(0) }
        // A reply of more elements than this could not be held anyway.
        guard count > -Int64(Int32.max) else { throw .outOfRange }
        if count < 0 {
            call.reply.array(Int(-count))
            let now = keyspace.nowMilliseconds
            set.forEachRandomName(Int(-count), at: now, keyspace.random) { call.reply.bulk($0) }
        } else {
            let most = Int(min(count, Int64(set.count)))
            let names = set.randomNames(most, at: keyspace.nowMilliseconds, keyspace.random)
            call.reply.array(names.count)
            for name in names { call.reply.bulk(name) }
        }
    }
}
