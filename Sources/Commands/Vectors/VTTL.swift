// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns how many seconds elements of a vector set have left.
public enum VTTL: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VTTL",
        summary: "Returns the TTL in seconds of elements of a vector set.",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try VTTL.answer(&call, in: keyspace, unitMilliseconds: 1000, isRelative: true)
    }
}

/// Returns how many milliseconds elements of a vector set have left.
public enum VPTTL: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VPTTL",
        summary: "Returns the TTL in milliseconds of elements of a vector set.",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try VTTL.answer(&call, in: keyspace, unitMilliseconds: 1, isRelative: true)
    }
}

/// Returns when elements of a vector set end, in seconds since 1970.
public enum VEXPIRETIME: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VEXPIRETIME",
        summary:
            "Returns the expiration time of elements of a vector set as a Unix timestamp, in seconds.",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try VTTL.answer(&call, in: keyspace, unitMilliseconds: 1000, isRelative: false)
    }
}

/// Returns when elements of a vector set end, in milliseconds since 1970.
public enum VPEXPIRETIME: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VPEXPIRETIME",
        summary:
            "Returns the expiration time of elements of a vector set as a Unix timestamp, in milliseconds.",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try VTTL.answer(&call, in: keyspace, unitMilliseconds: 1, isRelative: false)
    }
}

extension VTTL {
    fileprivate static func answer(
        _ call: inout Call, in keyspace: borrowing Keyspace, unitMilliseconds: Int64,
        isRelative: Bool
    ) throws(ErrorReply) {
        let set = try keyspace.vectorSet(try call.arguments.next())
        try call.arguments.readMemberCount(of: .elements)
        try keyspace.answerDeadlines(
            of: set, unitMilliseconds: unitMilliseconds, isRelative: isRelative, &call)
    }
}
