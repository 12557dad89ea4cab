// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Gives a key a string and returns the old one.
public enum GETSET: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "GETSET",
        summary:
            "Returns the previous string value of a key after setting it to a new value.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let value = try call.arguments.next()
        if let entry = try keyspace.stringEntry(key) {
            call.reply.bulk(entry.string)
        } else {
            call.reply.null()
        }
        keyspace.setString(key, value)
        keyspace.didChange(key, KeyspaceEvent(.string, "set"))
    }
}
