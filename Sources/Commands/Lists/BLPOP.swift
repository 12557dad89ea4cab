// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Takes the first element of the first list that has one, or waits for one.
public enum BLPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BLPOP",
        summary:
            "Removes and returns the first element in a list. Blocks until an element is "
            + "available otherwise. Deletes the list if the last element was popped.",
        group: .list,
        since: "2.0.0",
        complexity: "O(N) where N is the number of provided keys.",
        arity: .atLeast(3),
        flags: [.blocking],
        keys: [.range(first: 1, last: -2, step: 1)],
        syntax: "key [key ...] timeout:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.popOrBlock(&call, from: .head)
    }
}

/// Takes the last element of the first list that has one, or waits for one.
public enum BRPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BRPOP",
        summary:
            "Removes and returns the last element in a list. Blocks until an element is "
            + "available otherwise. Deletes the list if the last element was popped.",
        group: .list,
        since: "2.0.0",
        complexity: "O(N) where N is the number of provided keys.",
        arity: .atLeast(3),
        flags: [.blocking],
        keys: [.range(first: 1, last: -2, step: 1)],
        syntax: "key [key ...] timeout:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.popOrBlock(&call, from: .tail)
    }
}

extension Keyspace {
    fileprivate mutating func popOrBlock(
        _ call: inout Call, from end: ListValue.End
    ) throws(ErrorReply) {
        let last = call.arguments.count - 1
        let timeout = try call.timeoutMilliseconds(call.arguments[last])
        for index in 1..<last {
            let key = call.arguments[index]
            guard let list = try listForUpdate(key), let element = list.element(at: end) else {
                continue
            }
            call.reply.array(2)
            call.reply.bulk(key)
            call.reply.bulk(element)
            list.pop(from: end)
            return didPop(from: list, at: key, end)
        }
        call.block(
            on: (1..<last).map { ByteString(call.arguments[$0]) }, for: .list,
            timeoutMilliseconds: timeout, onTimeout: .nullArray)
    }
}
