// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the members that any set has.
public enum SUNION: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SUNION",
        summary: "Returns the union of multiple sets.",
        group: .set,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of elements in all given sets.",
        arity: .atLeast(2),
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let sets = try keyspace.sets(at: 1..<call.arguments.count, of: call.arguments)
        call.reply.members(of: .union(of: sets, isStored: false, limits: keyspace.setLimits))
    }
}

/// Stores the members that any set has.
public enum SUNIONSTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SUNIONSTORE",
        summary: "Stores the union of multiple sets in a key.",
        group: .set,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of elements in all given sets.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory],
        keys: [.first, .range(first: 2, last: -1, step: 1)],
        syntax: "destination:key key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let sets = try keyspace.sets(at: 2..<call.arguments.count, of: call.arguments)
        let result = SetValue.union(of: sets, isStored: true, limits: keyspace.setLimits)
        let event = KeyspaceEvent(.set, "sunionstore")
        keyspace.store(result, at: call.arguments[1], event, &call.reply)
    }
}

extension SetValue {
    fileprivate static func union(
        of sets: [SetValue?], isStored: Bool, limits: SetLimits
    ) -> SetValue {
        let result = emptyResult(of: sets, isStored: isStored, limits: limits)
        for set in sets { set?.forEach { result.add($0, limits: limits) } }
        return result
    }

    /// What the result of an operation begins as: what is only answered need not be packed, unless
    /// it comes in order so.
    static func emptyResult(
        of sets: [SetValue?], isStored: Bool, limits: SetLimits
    ) -> SetValue {
        let areIntegers = sets.allSatisfy { $0.map { $0.encoding == .intset } ?? true }
        return SetValue(isStored || areIntegers ? .intset : .hashtable, limits: limits)
    }
}
