// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns how many seconds fields have left.
public enum HTTL: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HTTL",
        summary: "Returns the TTL in seconds of a hash field.",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try HTTL.answer(&call, in: keyspace, unitMilliseconds: 1000, isRelative: true)
    }
}

/// Returns how many milliseconds fields have left.
public enum HPTTL: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HPTTL",
        summary: "Returns the TTL in milliseconds of a hash field.",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try HTTL.answer(&call, in: keyspace, unitMilliseconds: 1, isRelative: true)
    }
}

/// Returns when fields end, in seconds since 1970.
public enum HEXPIRETIME: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HEXPIRETIME",
        summary: "Returns the expiration time of a hash field as a Unix timestamp, in seconds.",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try HTTL.answer(&call, in: keyspace, unitMilliseconds: 1000, isRelative: false)
    }
}

/// Returns when fields end, in milliseconds since 1970.
public enum HPEXPIRETIME: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HPEXPIRETIME",
        summary: "Returns the expiration time of a hash field as a Unix timestamp, in msec.",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try HTTL.answer(&call, in: keyspace, unitMilliseconds: 1, isRelative: false)
    }
}

extension HTTL {
    fileprivate static func answer(
        _ call: inout Call, in keyspace: borrowing Keyspace, unitMilliseconds: Int64,
        isRelative: Bool
    ) throws(ErrorReply) {
        let hash = try keyspace.hash(try call.arguments.next())
        try call.arguments.readFieldCount()
        try keyspace.answerDeadlines(
            of: hash, unitMilliseconds: unitMilliseconds, isRelative: isRelative, &call)
    }
}
