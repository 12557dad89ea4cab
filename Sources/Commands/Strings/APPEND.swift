// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Appends to the string at a key.
public enum APPEND: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "APPEND",
        summary:
            "Appends a string to the value of a key. Creates the key if it doesn't exist.",
        group: .string,
        since: "2.0.0",
        complexity:
            "O(1). The amortized time complexity is O(1) assuming the appended value is small and the already present value is of any size, since the room is doubled on every reallocation.",
        arity: .exactly(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let value = try call.arguments.next()
        let length: Int
        if let entry = try keyspace.stringEntryForUpdate(key) {
            let end = try keyspace.checkedStringLength(entry.string.count, value.count)
            keyspace.writeString(key, value, at: end - value.count)
            length = end
        } else {
            keyspace.setString(key, value)
            length = value.count
        }
        keyspace.didChange(key, KeyspaceEvent(.string, "append"))
        call.reply.integer(length)
    }
}
