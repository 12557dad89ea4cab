// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Removes the members in a range of ranks.
public enum ZREMRANGEBYRANK: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREMRANGEBYRANK",
        summary:
            "Removes members in a sorted set within a range of indexes. Deletes the sorted set if "
            + "all members were removed.",
        group: .sortedSet,
        since: "2.0.0",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number "
            + "of elements removed by the operation.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key start:integer stop:integer"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let start = try call.arguments.integer()
        let stop = try call.arguments.integer()
        call.reply.integer(
            try keyspace.removeMembers(at: key, "zremrangebyrank") {
                $0.ranks(from: start, through: stop)
            })
    }
}

/// Removes the members with scores in a range.
public enum ZREMRANGEBYSCORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREMRANGEBYSCORE",
        summary:
            "Removes members in a sorted set within a range of scores. Deletes the sorted set if "
            + "all members were removed.",
        group: .sortedSet,
        since: "1.2.0",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number "
            + "of elements removed by the operation.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key min:double max:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let range = try ScoreRange(from: call.arguments[2], to: call.arguments[3])
        call.reply.integer(
            try keyspace.removeMembers(at: call.arguments[1], "zremrangebyscore") {
                $0.ranks(of: range)
            })
    }
}

/// Removes the members in a range of bytes.
public enum ZREMRANGEBYLEX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "ZREMRANGEBYLEX",
        summary:
            "Removes members in a sorted set within a lexicographical range. Deletes the sorted "
            + "set if all members were removed.",
        group: .sortedSet,
        since: "2.8.9",
        complexity:
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number "
            + "of elements removed by the operation.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key min max"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let range = try LexRange(from: call.arguments[2], to: call.arguments[3])
        call.reply.integer(
            try keyspace.removeMembers(at: call.arguments[1], "zremrangebylex") {
                $0.ranks(of: range)
            })
    }
}

extension Keyspace {
    /// Removes the members whose ranks `ranks` chooses, and returns how many.
    fileprivate mutating func removeMembers(
        at key: Bytes, _ event: StaticString, _ ranks: (SortedSetValue) -> Range<Int>
    ) throws(ErrorReply) -> Int {
        guard let set = try sortedSetForUpdate(key) else { return 0 }
        let ranks = ranks(set)
        guard !ranks.isEmpty else { return 0 }
        set.removeSubrange(ranks)
        didRemoveMembers(of: set, at: key, event)
        return ranks.count
    }
}
