// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Keeps only the elements between two indexes.
public enum LTRIM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LTRIM",
        summary:
            "Removes elements from both ends a list. Deletes the list if all elements were "
            + "trimmed.",
        group: .list,
        since: "1.0.0",
        complexity: "O(N) where N is the number of elements to be removed by the operation.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key start:integer stop:integer"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let start = try call.arguments.integer()
        let stop = try call.arguments.integer()
        if let list = try keyspace.listForUpdate(key) {
            let range = list.places(from: start, through: stop)
            let behind = list.count - range.upperBound
            list.remove(range.isEmpty ? list.count : range.lowerBound, from: .head)
            list.remove(behind, from: .tail)
            keyspace.didRemoveElements(of: list, at: key, KeyspaceEvent(.list, "ltrim"))
        }
        call.reply.ok()
    }
}
