// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Lets fields stay that would have ended.
public enum HPERSIST: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HPERSIST",
        summary: "Removes the expiration time for each specified field",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let hash = try keyspace.hashForUpdate(key)
        try call.arguments.readFieldCount()
        try keyspace.clearDeadlines(in: hash, at: key, &call)
    }
}
