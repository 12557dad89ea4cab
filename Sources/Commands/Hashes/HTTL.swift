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
    /// Answers for each field with its time, -1 if it stays, -2 if it is not there. Parts of a
    /// second count as a whole one.
    fileprivate static func answer(
        _ call: inout Call, in keyspace: borrowing Keyspace, unitMilliseconds: Int64,
        isRelative: Bool
    ) throws(ErrorReply) {
        let hash = try keyspace.hash(try call.arguments.next())
        try call.arguments.readFieldCount()
        let base = isRelative ? keyspace.nowMilliseconds : 0
        call.reply.array(call.arguments.remaining)
        while call.arguments.hasMore {
            let field = try call.arguments.next()
            guard let found = hash?.find(field, at: keyspace.nowMilliseconds) else {
                call.reply.integer(-2)
                continue
            }
            guard found.expiryMilliseconds != HashValue.noExpiry else {
                call.reply.integer(-1)
                continue
            }
            // A field's deadline is at most 2^46, so nothing overflows here.
            let rest = found.expiryMilliseconds - base
            call.reply.integer((rest + unitMilliseconds - 1) / unitMilliseconds)
        }
    }
}
