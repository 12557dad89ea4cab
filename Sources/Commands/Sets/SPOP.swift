// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Takes random members.
public enum SPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SPOP",
        summary:
            "Returns one or more random members from a set after removing them. Deletes the "
            + "set if the last member was popped.",
        group: .set,
        since: "1.0.0",
        complexity:
            "Without the count argument O(1), otherwise O(N) where N is the value of the passed "
            + "count.",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key [count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard call.arguments.hasMore else {
            guard let set = try keyspace.setValueForUpdate(key),
                let member = set.randomMember(using: keyspace.random)?.string
            else { return call.reply.null() }
            call.reply.bulk(member)
            member.withBytes { _ = set.remove($0) }
            return keyspace.didRemoveMembers(of: set, at: key, KeyspaceEvent(.set, "spop"))
        }
        guard call.arguments.remaining == 1 else { throw .syntax }
        let limit = try call.arguments.integer(in: 0...Int64.max, else: .mustBePositive)
        guard let set = try keyspace.setValueForUpdate(key), limit > 0 else {
            return call.reply.set(0)
        }
        if limit >= Int64(set.count) {
            call.reply.members(of: set)
            keyspace.remove(key)
            keyspace.didChange(key, KeyspaceEvent(.set, "spop"), changes: set.count)
            return keyspace.notify(key, KeyspaceEvent(.generic, "del"))
        }
        let popped = set.pop(Int(limit), using: keyspace.random, limits: keyspace.setLimits)
        call.reply.set(popped.count)
        for member in popped { call.reply.bulk(member) }
        keyspace.didRemoveMembers(
            of: set, at: key, KeyspaceEvent(.set, "spop"), changes: popped.count)
    }
}
