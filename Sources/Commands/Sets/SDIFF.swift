// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the members of the first set that no other has.
public enum SDIFF: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "SDIFF",
        summary: "Returns the difference of multiple sets.",
        group: .set,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of elements in all given sets.",
        arity: .atLeast(2),
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let sets = try keyspace.sets(at: 1..<call.arguments.count, of: call.arguments)
        call.reply.members(of: .difference(of: sets, isStored: false, limits: keyspace.setLimits))
    }
}

/// Stores the members of the first set that no other has.
public enum SDIFFSTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SDIFFSTORE",
        summary: "Stores the difference of multiple sets in a key.",
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
        let result = SetValue.difference(of: sets, isStored: true, limits: keyspace.setLimits)
        let event = KeyspaceEvent(.set, "sdiffstore")
        keyspace.store(result, at: call.arguments[1], event, &call.reply)
    }
}

extension SetValue {
    /// Members are looked up in the other sets one by one, or the others' taken out of a copy,
    /// whichever is less work; by Redis's own estimate, because the form of what is stored shows
    /// which it was.
    fileprivate static func difference(
        of sets: [SetValue?], isStored: Bool, limits: SetLimits
    ) -> SetValue {
        let result = emptyResult(of: sets, isStored: isStored, limits: limits)
        guard let first = sets.first ?? nil else { return result }
        let others = sets.dropFirst().compactMap { $0 }
        if others.contains(where: { $0 === first }) { return result }
        let removals = others.reduce(first.count) { $0 + $1.count }
        if first.count * (others.count + 1) / 2 <= removals {
            let largestFirst = others.sorted { $0.count > $1.count }
            first.forEach { member in
                guard !largestFirst.contains(where: { $0.contains(member) }) else { return }
                result.add(member, limits: limits)
            }
            return result
        }
        first.forEach { result.add($0, limits: limits) }
        for other in others where !result.isEmpty { other.forEach { result.remove($0) } }
        return result
    }
}
