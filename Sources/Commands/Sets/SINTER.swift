// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the members that all sets have.
public enum SINTER: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SINTER",
        summary: "Returns the intersect of multiple sets.",
        group: .set,
        since: "1.0.0",
        complexity:
            "O(N*M) worst case where N is the cardinality of the smallest set and M is the number "
            + "of sets.",
        arity: .atLeast(2),
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let sets = try keyspace.sets(at: 1..<call.arguments.count, of: call.arguments)
        guard let intersection = SetIntersection(sets) else { return call.reply.set(0) }
        let header = call.reply.deferHeader()
        var count = 0
        intersection.forEach { member in
            call.reply.bulk(member)
            count += 1
            return true
        }
        call.reply.set(count, at: header)
    }
}

/// Stores the members that all sets have.
public enum SINTERSTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SINTERSTORE",
        summary: "Stores the intersect of multiple sets in a key.",
        group: .set,
        since: "1.0.0",
        complexity:
            "O(N*M) worst case where N is the cardinality of the smallest set and M is the number "
            + "of sets.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory],
        keys: [.first, .range(first: 2, last: -1, step: 1)],
        syntax: "destination:key key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let sets = try keyspace.sets(at: 2..<call.arguments.count, of: call.arguments)
        let limits = keyspace.setLimits
        let intersection = SetIntersection(sets)
        let isOfIntegers = intersection?.smallest.encoding == .intset
        let result = SetValue(isOfIntegers ? .intset : .listpack, limits: limits)
        intersection?.forEach { member in
            result.add(member, limits: limits)
            return true
        }
        result.becomeIntegers(limits: limits)
        let event = KeyspaceEvent(.set, "sinterstore")
        keyspace.store(result, at: call.arguments[1], event, &call.reply)
    }
}

/// Counts the members that all sets have.
public enum SINTERCARD: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SINTERCARD",
        summary: "Returns the number of members of the intersect of multiple sets.",
        group: .set,
        since: "7.0.0",
        complexity:
            "O(N*M) worst case where N is the cardinality of the smallest set and M is the number "
            + "of sets.",
        arity: .atLeast(3),
        keys: [.counted(count: 1, first: 2)],
        syntax: "numkeys:integer key [key ...] [LIMIT limit:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let number = try call.arguments.integer(
            in: 1...Int64.max, else: ErrorReply("ERR numkeys should be greater than 0"))
        guard number <= Int64(call.arguments.remaining) else {
            throw ErrorReply("ERR Number of keys can't be greater than number of args")
        }
        let keys = call.arguments.position..<(call.arguments.position + Int(number))
        call.arguments.position = keys.upperBound
        var limit: Int64 = 0
        while call.arguments.hasMore {
            guard call.arguments.remaining > 1, call.arguments.consume("LIMIT") else {
                throw .syntax
            }
            limit = try call.arguments.integer(
                in: 0...Int64.max, else: ErrorReply("ERR LIMIT can't be negative"))
        }
        let sets = try keyspace.sets(at: keys, of: call.arguments)
        var count: Int64 = 0
        SetIntersection(sets)?.forEach { _ in
            count += 1
            return count != limit
        }
        call.reply.integer(count)
    }
}

/// The members that several sets have in common.
private struct SetIntersection {
    let smallest: SetValue
    private var others: [SetValue]

    /// Nil when a set is missing, so that nothing is in common.
    init?(_ sets: [SetValue?]) {
        let present = sets.compactMap { $0 }
        guard present.count == sets.count,
            let smallest = present.min(by: { $0.count < $1.count })
        else { return nil }
        self.smallest = smallest
        // Those with few members are the likeliest not to have one.
        others = present.filter { $0 !== smallest }.sorted { $0.count < $1.count }
    }

    /// Calls `body` with the common members while it says so.
    func forEach(_ body: (SetMember) -> Bool) {
        _ = smallest.allSatisfy { member in
            guard others.allSatisfy({ $0.contains(member) }) else { return true }
            return body(member)
        }
    }
}
