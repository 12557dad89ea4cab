// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the elements between two indexes.
public enum LRANGE: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "LRANGE",
        summary: "Returns a range of elements from a list.",
        group: .list,
        since: "1.0.0",
        complexity:
            "O(S+N) where S is the distance of start offset from HEAD for small lists, "
            + "from nearest end (HEAD or TAIL) for large lists; and N is the number of "
            + "elements in the specified range.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key start:integer stop:integer"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let start = try call.arguments.integer()
        let stop = try call.arguments.integer()
        guard let list = try keyspace.list(key) else { return call.reply.array(0) }
        let range = list.places(from: start, through: stop)
        list.write(range, from: .head, to: &call.reply)
    }
}
