// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Puts elements before the first.
public enum LPUSH: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LPUSH",
        summary: "Prepends one or more elements to a list. Creates the key if it doesn't exist.",
        group: .list,
        since: "1.0.0",
        complexity:
            "O(1) for each element added, so O(N) to add N elements when the command is "
            + "called with multiple arguments.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.push(&call, at: .head, onlyIfExists: false)
    }
}

/// As LPUSH, but only onto a list that exists.
public enum LPUSHX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "LPUSHX",
        summary: "Prepends one or more elements to a list only when the list exists.",
        group: .list,
        since: "2.2.0",
        complexity:
            "O(1) for each element added, so O(N) to add N elements when the command is "
            + "called with multiple arguments.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.push(&call, at: .head, onlyIfExists: true)
    }
}

/// Puts elements behind the last.
public enum RPUSH: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RPUSH",
        summary: "Appends one or more elements to a list. Creates the key if it doesn't exist.",
        group: .list,
        since: "1.0.0",
        complexity:
            "O(1) for each element added, so O(N) to add N elements when the command is "
            + "called with multiple arguments.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.push(&call, at: .tail, onlyIfExists: false)
    }
}

/// As RPUSH, but only onto a list that exists.
public enum RPUSHX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RPUSHX",
        summary: "Appends an element to a list only when the list exists.",
        group: .list,
        since: "2.2.0",
        complexity:
            "O(1) for each element added, so O(N) to add N elements when the command is "
            + "called with multiple arguments.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.push(&call, at: .tail, onlyIfExists: true)
    }
}

extension Keyspace {
    /// Pushes the remaining arguments and answers the list's new length.
    fileprivate mutating func push(
        _ call: inout Call, at end: ListValue.End, onlyIfExists: Bool
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard let list = try listToPushTo(key, creating: !onlyIfExists) else {
            return call.reply.integer(0)
        }
        var bytes = 0
        for index in call.arguments.position..<call.arguments.count {
            bytes += call.arguments[index].count
        }
        list.prepareToGrow(by: bytes, elements: call.arguments.remaining)
        while call.arguments.hasMore { list.push(try call.arguments.next(), at: end) }
        didChange(key, KeyspaceEvent(.list, end == .head ? "lpush" : "rpush"))
        call.reply.integer(list.count)
    }
}
