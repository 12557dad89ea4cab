// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Gives a key another name, in place of what had it.
public enum RENAME: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RENAME",
        summary: "Renames a key and overwrites the destination.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        keys: [.firstTwo],
        syntax: "key newkey:key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        _ = try rename(&call, in: &keyspace, overwriting: true)
        call.reply.ok()
    }
}

/// Gives a key another name, if nothing has it.
public enum RENAMENX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RENAMENX",
        summary: "Renames a key only when the target key name doesn't exist.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.fast],
        keys: [.firstTwo],
        syntax: "key newkey:key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        call.reply.integer(try rename(&call, in: &keyspace, overwriting: false) ? 1 : 0)
    }
}

private func rename(
    _ call: inout Call, in keyspace: inout Keyspace, overwriting: Bool
) throws(ErrorReply) -> Bool {
    let key = try call.arguments.next()
    let newKey = try call.arguments.next()
    guard keyspace.findForUpdate(key) != nil else { throw .noSuchKey }
    if key == newKey { return overwriting }
    if !overwriting, keyspace.exists(newKey) { return false }
    let overwritten = keyspace.peek(newKey)?.value.type
    let entry = keyspace.rename(key, to: newKey)
    keyspace.didChange(key, KeyspaceEvent(.generic, "rename_from"))
    keyspace.didChange(newKey, KeyspaceEvent(.generic, "rename_to"))
    if let overwritten, let entry {
        keyspace.noteOverwrite(newKey, overwritten, by: entry.type)
    }
    return true
}
