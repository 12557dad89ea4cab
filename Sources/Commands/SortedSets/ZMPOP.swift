// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Takes members of the first sorted set that has some.
public enum ZMPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZMPOP",
        summary:
            "Returns the highest- or lowest-scoring members from one or more sorted sets after "
            + "removing them. Deletes the sorted set if the last member was popped.",
        group: .sortedSet,
        since: "7.0.0",
        complexity:
            "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of "
            + "elements in the sorted set, and M being the number of elements popped.",
        arity: .atLeast(4),
        keys: [.counted(count: 1, first: 2)],
        syntax: "numkeys:integer key [key ...] <MIN | MAX> [COUNT count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let request = try ManyMemberPops(&call.arguments)
        if try !request.run(&call, in: &keyspace) { call.reply.nullArray() }
    }
}

/// As ZMPOP, but waits for a member.
public enum BZMPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BZMPOP",
        summary:
            "Removes and returns a member by score from one or more sorted sets. Blocks until "
            + "a member is available otherwise. Deletes the sorted set if the last element was "
            + "popped.",
        group: .sortedSet,
        since: "7.0.0",
        complexity:
            "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of "
            + "elements in the sorted set, and M being the number of elements popped.",
        arity: .atLeast(5),
        flags: [.blocking],
        keys: [.counted(count: 2, first: 3)],
        syntax:
            "timeout:double numkeys:integer key [key ...] <MIN | MAX> [COUNT count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let duration = try call.arguments.next()
        let request = try ManyMemberPops(&call.arguments)
        let timeout = try call.timeoutMilliseconds(duration)
        if try request.run(&call, in: &keyspace) { return }
        call.block(
            on: request.keys.map { ByteString(call.arguments[$0]) }, for: .sortedSet,
            timeoutMilliseconds: timeout, onTimeout: .nullArray)
    }
}

/// What ZMPOP and BZMPOP are asked for.
private struct ManyMemberPops {
    /// Where the keys stand among the arguments.
    let keys: Range<Int>
    let end: SortedSetEnd
    var limit: Int64 = 1

    init(_ arguments: inout Arguments) throws(ErrorReply) {
        let count = try arguments.integer(
            in: 1...Int64.max, else: ErrorReply("ERR numkeys should be greater than 0"))
        guard count < Int64(arguments.remaining) else { throw .syntax }
        keys = arguments.position..<(arguments.position + Int(count))
        arguments.position = keys.upperBound
        end = try arguments.sortedSetEnd()
        guard arguments.hasMore else { return }
        guard arguments.remaining >= 2, arguments.consume("COUNT") else { throw .syntax }
        limit = try arguments.integer(
            in: 1...Int64.max, else: ErrorReply("ERR count should be greater than 0"))
        guard !arguments.hasMore else { throw .syntax }
    }

    /// Pops from the first sorted set there is; false when there is none.
    func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) -> Bool {
        for index in keys {
            let key = call.arguments[index]
            guard let set = try keyspace.sortedSetForUpdate(key) else { continue }
            let count = Int(min(limit, Int64(set.count)))
            call.reply.array(2)
            call.reply.bulk(key)
            call.reply.array(count)
            keyspace.pop(count, from: set, at: key, end, isNested: true, &call.reply)
            return true
        }
        return false
    }
}
