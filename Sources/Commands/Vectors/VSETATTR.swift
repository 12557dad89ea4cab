// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Sets or, with an empty string, removes an element's JSON attribute.
public enum VSETATTR: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VSETATTR",
        summary: "Associate or remove the JSON attributes of elements",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        keys: [.first],
        syntax: "key element json"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(4...4, of: "VSETATTR")
        let key = try call.arguments.next()
        guard let set = try keyspace.vectorSetForUpdate(key),
            set.setAttribute(
                of: try call.arguments.next(), to: try call.arguments.next(),
                at: keyspace.nowMilliseconds)
        else { return call.reply.boolean(false) }
        keyspace.didChange(key, KeyspaceEvent(.vector, "vsetattr"))
        call.reply.boolean(true)
    }
}
