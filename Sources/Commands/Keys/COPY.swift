// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Copies the value of a key to another.
public enum COPY: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "COPY",
        summary: "Copies the value of a key to a new key.",
        group: .generic,
        since: "6.2.0",
        complexity:
            "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory],
        keys: [.firstTwo],
        syntax: "source:key destination:key [DB destination-db:integer] [REPLACE]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let newKey = try call.arguments.next()
        var target = keyspace.selected
        var replaces = false
        while call.arguments.hasMore {
            if call.arguments.consume("REPLACE") {
                replaces = true
            } else if call.arguments.remaining > 1, call.arguments.consume("DB") {
                target = try call.arguments.databaseIndex(of: keyspace.databaseCount)
            } else {
                throw .syntax
            }
        }
        guard target != keyspace.selected || !(key == newKey) else { throw .sameObject }
        guard let entry = keyspace.find(key),
            replaces || !keyspace.inDatabase(target, { $0.exists(newKey) })
        else { return call.reply.integer(0) }
        // Redis has its vector sets from a module that cannot copy them.
        if case .vectorSet = entry.value {
            throw ErrorReply("ERR not supported for this module key")
        }
        let type = entry.value.type
        let overwritten = keyspace.inDatabase(target) { $0.peek(newKey)?.value.type }
        keyspace.copy(key, to: newKey, in: target)
        keyspace.inDatabase(target) { keyspace in
            keyspace.didChange(newKey, KeyspaceEvent(.generic, "copy_to"))
            if let overwritten { keyspace.noteOverwrite(newKey, overwritten, by: type) }
        }
        call.reply.integer(1)
    }
}
