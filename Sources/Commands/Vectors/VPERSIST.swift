// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Lets elements of a vector set stay that would have ended.
public enum VPERSIST: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VPERSIST",
        summary: "Removes the expiration time of each specified element of a vector set",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let set = try keyspace.vectorSetForUpdate(key)
        try call.arguments.readMemberCount(of: .elements)
        try keyspace.clearDeadlines(in: set, at: key, &call)
    }
}
