// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Takes the member with the lowest score of the first set that has one, or waits for one.
public enum BZPOPMIN: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BZPOPMIN",
        summary:
            "Removes and returns the member with the lowest score from one or more sorted "
            + "sets. Blocks until a member is available otherwise. Deletes the sorted set if the "
            + "last element was popped.",
        group: .sortedSet,
        since: "5.0.0",
        complexity: "O(log(N)) with N being the number of elements in the sorted set.",
        arity: .atLeast(3),
        flags: [.fast, .blocking],
        keys: [.range(first: 1, last: -2, step: 1)],
        syntax: "key [key ...] timeout:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.popOrBlock(&call, from: .minimum)
    }
}

/// Takes the member with the highest score of the first set that has one, or waits for one.
public enum BZPOPMAX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BZPOPMAX",
        summary:
            "Removes and returns the member with the highest score from one or more sorted "
            + "sets. Blocks until a member available otherwise.  Deletes the sorted set if the "
            + "last element was popped.",
        group: .sortedSet,
        since: "5.0.0",
        complexity: "O(log(N)) with N being the number of elements in the sorted set.",
        arity: .atLeast(3),
        flags: [.fast, .blocking],
        keys: [.range(first: 1, last: -2, step: 1)],
        syntax: "key [key ...] timeout:double"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.popOrBlock(&call, from: .maximum)
    }
}

extension Keyspace {
    fileprivate mutating func popOrBlock(
        _ call: inout Call, from end: SortedSetEnd
    ) throws(ErrorReply) {
        let last = call.arguments.count - 1
        let timeout = try call.timeoutMilliseconds(call.arguments[last])
        for index in 1..<last {
            let key = call.arguments[index]
            guard let set = try sortedSetForUpdate(key) else { continue }
            call.reply.array(3)
            call.reply.bulk(key)
            return pop(1, from: set, at: key, end, isNested: false, &call.reply)
        }
        call.block(
            on: (1..<last).map { ByteString(call.arguments[$0]) }, for: .sortedSet,
            timeoutMilliseconds: timeout, onTimeout: .nullArray)
    }
}
