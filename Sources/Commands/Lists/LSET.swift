// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Gives the element at an index another value.
public enum LSET: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LSET",
        summary: "Sets the value of an element in a list by its index.",
        group: .list,
        since: "1.0.0",
        complexity:
            "O(N) where N is the length of the list. Setting either the first or the last "
            + "element of the list is O(1).",
        arity: .exactly(4),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax: "key index:integer element"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard let list = try keyspace.listForUpdate(key) else { throw .noSuchKey }
        let index = list.place(of: try call.arguments.integer())
        let element = try call.arguments.next()
        list.prepareToGrow(by: element.count, elements: 1)
        guard list.set(at: index, to: element) else { throw .indexOutOfRange }
        list.didShrink()
        keyspace.didChange(key, KeyspaceEvent(.list, "lset"))
        call.reply.ok()
    }
}
