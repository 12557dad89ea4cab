// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Takes the first elements.
public enum LPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LPOP",
        summary:
            "Returns the first elements in a list after removing it. Deletes the list if "
            + "the last element was popped.",
        group: .list,
        since: "1.0.0",
        complexity: "O(N) where N is the number of elements returned",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key [count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.pop(&call, from: .head)
    }
}

/// Takes the last elements.
public enum RPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RPOP",
        summary:
            "Returns and removes the last elements of a list. Deletes the list if the last "
            + "element was popped.",
        group: .list,
        since: "1.0.0",
        complexity: "O(N) where N is the number of elements returned",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key [count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.pop(&call, from: .tail)
    }
}

extension Keyspace {
    fileprivate mutating func pop(
        _ call: inout Call, from end: ListValue.End
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard call.arguments.hasMore else {
            guard let list = try listForUpdate(key), let element = list.element(at: end) else {
                return call.reply.null()
            }
            call.reply.bulk(element)
            list.pop(from: end)
            return didPop(from: list, at: key, end)
        }
        guard call.arguments.remaining == 1 else {
            throw .wrongArgumentCount(end == .head ? "lpop" : "rpop")
        }
        let limit = try call.arguments.integer(in: 0...Int64.max, else: .mustBePositive)
        guard let list = try listForUpdate(key) else { return call.reply.nullArray() }
        guard limit > 0 else { return call.reply.array(0) }
        pop(Int(limit), from: list, at: key, end, &call.reply)
    }
}
