// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes an element from a vector set, and its node from the graph.
public enum VREM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VREM",
        summary: "Remove an element from a vector set",
        group: .vectorSet,
        since: "8.0.0",
        complexity:
            "O(log(N)) for each element removed, where N is the number of elements in the vector set.",
        arity: .atLeast(1),
        keys: [.first],
        syntax: "key element"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(3...3, of: "VREM")
        let key = try call.arguments.next()
        guard let set = try keyspace.vectorSetForUpdate(key),
            set.remove(try call.arguments.next(), at: keyspace.nowMilliseconds)
        else { return call.reply.boolean(false) }
        keyspace.didChangeElements(of: set, at: key, VectorSet.memberEvents.removed)
        call.reply.boolean(true)
    }
}
