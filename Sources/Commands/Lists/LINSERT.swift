// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Puts an element before or behind another.
public enum LINSERT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LINSERT",
        summary: "Inserts an element before or after another element in a list.",
        group: .list,
        since: "2.2.0",
        complexity:
            "O(N) where N is the number of elements to traverse before seeing the value "
            + "pivot. This means that inserting somewhere on the left end on the list (head) "
            + "can be considered O(1) and inserting somewhere on the right end (tail) is "
            + "O(N).",
        arity: .exactly(5),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax: "key <BEFORE | AFTER> pivot element"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let side: ListValue.Side
        if call.arguments.consume("AFTER") {
            side = .after
        } else if call.arguments.consume("BEFORE") {
            side = .before
        } else {
            throw .syntax
        }
        let pivot = try call.arguments.next()
        let element = try call.arguments.next()
        guard let list = try keyspace.listForUpdate(key) else { return call.reply.integer(0) }
        list.prepareToGrow(by: element.count, elements: 1)
        guard list.insert(element, side, pivot: pivot) else { return call.reply.integer(-1) }
        keyspace.didChange(key, KeyspaceEvent(.list, "linsert"))
        call.reply.integer(list.count)
    }
}
