// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns an element by its index.
public enum LINDEX: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "LINDEX",
        summary: "Returns an element from a list by its index.",
        group: .list,
        since: "1.0.0",
        complexity:
            "O(N) where N is the number of elements to traverse to get to the element at "
            + "index. This makes asking for the first or the last element of the list O(1).",
        arity: .exactly(3),
        keys: [.first],
        syntax: "key index:integer"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let list = try keyspace.list(try call.arguments.next()) else {
            return call.reply.null()
        }
        let index = list.place(of: try call.arguments.integer())
        guard let element = list.element(at: index) else { return call.reply.null() }
        call.reply.bulk(element)
    }
}
