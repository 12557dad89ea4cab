// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns a bit of the string at a key.
public enum GETBIT: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GETBIT",
        summary: "Returns a bit value by offset.",
        group: .bitmap,
        since: "2.2.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key offset:integer"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let offset = try call.arguments.bitOffset(within: keyspace.longestStringBytes)
        let string = try keyspace.stringEntry(key)?.string ?? .empty
        let isSet = string.bitField(at: offset, width: 1) == 1
        call.reply.integer(isSet ? 1 : 0)
    }
}
