// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes elements that equal a value.
public enum LREM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LREM",
        summary: "Removes elements from a list. Deletes the list if the last element was removed.",
        group: .list,
        since: "1.0.0",
        complexity:
            "O(N+M) where N is the length of the list and M is the number of elements removed.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key count:integer element"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let limit = try call.arguments.integer()
        guard limit != .min else { throw .outside(-Int64.max...Int64.max) }
        let element = try call.arguments.next()
        guard let list = try keyspace.listForUpdate(key) else { return call.reply.integer(0) }
        let removed = list.removeAll(
            equalTo: element, limit: limit == 0 ? .max : Int(limit.magnitude),
            from: limit < 0 ? .tail : .head)
        if removed > 0 {
            keyspace.didRemoveElements(of: list, at: key, KeyspaceEvent(.list, "lrem"))
        }
        call.reply.integer(removed)
    }
}
