// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Takes elements of the first list that has some.
public enum LMPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LMPOP",
        summary:
            "Returns multiple elements from a list after removing them. Deletes the list "
            + "if the last element was popped.",
        group: .list,
        since: "7.0.0",
        complexity:
            "O(N+M) where N is the number of provided keys and M is the number of elements "
            + "returned.",
        arity: .atLeast(4),
        keys: [.counted(count: 1, first: 2)],
        syntax: "numkeys:integer key [key ...] <LEFT | RIGHT> [COUNT count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let request = try ManyPops(&call.arguments)
        if try !request.run(&call, in: &keyspace) { call.reply.nullArray() }
    }
}

/// As LMPOP, but waits for an element.
public enum BLMPOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BLMPOP",
        summary:
            "Pops the first element from one of multiple lists. Blocks until an element is "
            + "available otherwise. Deletes the list if the last element was popped.",
        group: .list,
        since: "7.0.0",
        complexity:
            "O(N+M) where N is the number of provided keys and M is the number of elements "
            + "returned.",
        arity: .atLeast(5),
        flags: [.blocking],
        keys: [.counted(count: 2, first: 3)],
        syntax: "timeout:double numkeys:integer key [key ...] <LEFT | RIGHT> [COUNT count:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let duration = try call.arguments.next()
        let request = try ManyPops(&call.arguments)
        let timeout = try call.timeoutMilliseconds(duration)
        if try request.run(&call, in: &keyspace) { return }
        call.block(
            on: request.keys.map { ByteString(call.arguments[$0]) }, for: .list,
            timeoutMilliseconds: timeout, onTimeout: .nullArray)
    }
}

/// What LMPOP and BLMPOP are asked for.
private struct ManyPops {
    /// Where the keys stand among the arguments.
    let keys: Range<Int>
    let end: ListValue.End
    var limit: Int64 = 1

    init(_ arguments: inout Arguments) throws(ErrorReply) {
        let count = try arguments.integer(
            in: 1...Int64.max, else: ErrorReply("ERR numkeys should be greater than 0"))
        guard count < Int64(arguments.remaining) else { throw .syntax }
        keys = arguments.position..<(arguments.position + Int(count))
        arguments.position = keys.upperBound
        end = try arguments.listEnd()
        guard arguments.hasMore else { return }
        guard arguments.remaining >= 2, arguments.consume("COUNT") else { throw .syntax }
        limit = try arguments.integer(
            in: 1...Int64.max, else: ErrorReply("ERR count should be greater than 0"))
        guard !arguments.hasMore else { throw .syntax }
    }

    /// Pops from the first list there is; false when there is none.
    func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) -> Bool {
        for index in keys {
            let key = call.arguments[index]
            guard let list = try keyspace.listForUpdate(key) else { continue }
            call.reply.array(2)
            call.reply.bulk(key)
            keyspace.pop(Int(limit), from: list, at: key, end, &call.reply)
            return true
        }
        return false
    }
}
