// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Lets elements of a vector set end after some seconds.
public enum VEXPIRE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VEXPIRE",
        summary:
            "Set the expiry of elements of a vector set, using relative time to expire (seconds)",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key seconds:integer [NX | XX | GT | LT] ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try VEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1000, isRelative: true)
    }
}

/// Lets elements of a vector set end after some milliseconds.
public enum VPEXPIRE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VPEXPIRE",
        summary:
            "Set the expiry of elements of a vector set, using relative time to expire (milliseconds)",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key milliseconds:integer [NX | XX | GT | LT] ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try VEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1, isRelative: true)
    }
}

/// Lets elements of a vector set end at a time in seconds since 1970.
public enum VEXPIREAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VEXPIREAT",
        summary:
            "Set the expiry of elements of a vector set, using an absolute Unix timestamp (seconds)",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key unix-time-seconds:unix-time [NX | XX | GT | LT] ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try VEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1000, isRelative: false)
    }
}

/// Lets elements of a vector set end at a time in milliseconds since 1970.
public enum VPEXPIREAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VPEXPIREAT",
        summary:
            "Set the expiry of elements of a vector set, using an absolute Unix timestamp (milliseconds)",
        group: .vectorSet,
        since: "1.0.0",
        complexity: "O(N) where N is the number of specified elements",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key unix-time-milliseconds:unix-time [NX | XX | GT | LT] ELEMENTS numelements:integer element [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try VEXPIRE.setDeadlines(
            &call, in: &keyspace, of: declaration, unitMilliseconds: 1, isRelative: false)
    }
}

extension VEXPIRE {
    fileprivate static func setDeadlines(
        _ call: inout Call, in keyspace: inout Keyspace, of declaration: CommandDeclaration,
        unitMilliseconds: Int64, isRelative: Bool
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        let set = try keyspace.vectorSetForUpdate(key)
        let request = try MemberExpiryRequest(
            &call.arguments, .elements, of: declaration, unitMilliseconds: unitMilliseconds,
            base: isRelative ? keyspace.nowMilliseconds : 0)
        try keyspace.setDeadlines(request, in: set, at: key, &call)
        if let set { keyspace.noteIfGone(set, at: key) }
    }
}
