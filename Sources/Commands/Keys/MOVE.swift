// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Moves a key to another database, if it has no such key.
public enum MOVE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "MOVE",
        summary: "Moves a key to another database.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key db:integer"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let target = try call.arguments.databaseIndex(of: keyspace.databaseCount)
        guard target != keyspace.selected else { throw .sameObject }
        guard keyspace.findForUpdate(key) != nil,
            !keyspace.inDatabase(target, { $0.exists(key) })
        else { return call.reply.integer(0) }
        keyspace.rename(key, to: key, in: target)
        keyspace.didChange(key, KeyspaceEvent(.generic, "move_from"))
        keyspace.inDatabase(target) { $0.didChange(key, KeyspaceEvent(.generic, "move_to")) }
        call.reply.integer(1)
    }
}
