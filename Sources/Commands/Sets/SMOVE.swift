// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Moves a member from one set to another.
public enum SMOVE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SMOVE",
        summary: "Moves a member from one set to another.",
        group: .set,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.fast],
        keys: [.first, .range(first: 2, last: 2, step: 1)],
        syntax: "source:key destination:key member"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let source = call.arguments[1]
        let destination = call.arguments[2]
        let member = call.arguments[3]
        guard let giver = try keyspace.setValueForUpdate(source) else {
            return call.reply.integer(0)
        }
        let existing = try keyspace.setValueForUpdate(destination)
        if existing === giver { return call.reply.integer(giver.contains(member) ? 1 : 0) }
        guard giver.remove(member) else { return call.reply.integer(0) }
        keyspace.didRemoveMembers(of: giver, at: source, KeyspaceEvent(.set, "srem"))
        let receiver: SetValue
        if let existing {
            receiver = existing
        } else {
            receiver = try keyspace.setToAddTo(destination, member, sizeHint: 1)
        }
        if receiver.add(member, limits: keyspace.setLimits) {
            keyspace.didChange(destination, KeyspaceEvent(.set, "sadd"))
        }
        call.reply.integer(1)
    }
}
