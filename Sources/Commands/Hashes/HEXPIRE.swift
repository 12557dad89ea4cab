// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Lets fields end after some seconds.
public enum HEXPIRE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HEXPIRE",
        summary: "Set expiry for hash field using relative time to expire (seconds)",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax: "key seconds:integer [NX | XX | GT | LT] FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try HEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1000, isRelative: true)
    }
}

/// Lets fields end after some milliseconds.
public enum HPEXPIRE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HPEXPIRE",
        summary: "Set expiry for hash field using relative time to expire (milliseconds)",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key milliseconds:integer [NX | XX | GT | LT] FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try HEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1, isRelative: true)
    }
}

/// Lets fields end at a time in seconds since 1970.
public enum HEXPIREAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HEXPIREAT",
        summary: "Set expiry for hash field using an absolute Unix timestamp (seconds)",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key unix-time-seconds:unix-time [NX | XX | GT | LT] FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try HEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1000, isRelative: false)
    }
}

/// Lets fields end at a time in milliseconds since 1970.
public enum HPEXPIREAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HPEXPIREAT",
        summary: "Set expiry for hash field using an absolute Unix timestamp (milliseconds)",
        group: .hash,
        since: "7.4.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key unix-time-milliseconds:unix-time [NX | XX | GT | LT] FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try HEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1, isRelative: false)
    }
}

extension HEXPIRE {
    fileprivate static func setDeadlines(
        _ call: inout Call, in keyspace: inout Keyspace, of declaration: CommandDeclaration,
        unitMilliseconds: Int64, isRelative: Bool
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        let hash = try keyspace.hashForUpdate(key)
        let request = try MemberExpiryRequest(
            &call.arguments, .fields, of: declaration, unitMilliseconds: unitMilliseconds,
            base: isRelative ? keyspace.nowMilliseconds : 0)
        hash?.allowExpiries()
        try keyspace.setDeadlines(request, in: hash, at: key, &call)
    }
}
