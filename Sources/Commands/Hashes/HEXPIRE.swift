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
    /// When an expiry may be set.
    private enum Condition {
        case always
        /// NX: the field has no expiry.
        case hasNone
        /// XX: it has one.
        case hasOne
        /// GT: the new one is later.
        case isLater
        /// LT: the new one is earlier, or there is none.
        case isEarlier

        init(_ arguments: inout Arguments) {
            if arguments.consume("NX") {
                self = .hasNone
            } else if arguments.consume("XX") {
                self = .hasOne
            } else if arguments.consume("GT") {
                self = .isLater
            } else if arguments.consume("LT") {
                self = .isEarlier
            } else {
                self = .always
            }
        }

        func allows(_ new: Int64, insteadOf old: Int64) -> Bool {
            let hasExpiry = old != HashValue.noExpiry
            switch self {
            case .always: return true
            case .hasNone: return !hasExpiry
            case .hasOne: return hasExpiry
            case .isLater: return hasExpiry && new > old
            case .isEarlier: return !hasExpiry || new < old
            }
        }
    }

    /// Answers for each field: 1 when its expiry is set, 2 when it ended at once because that
    /// time is past, 0 when the condition is not met, -2 when there is no such field.
    fileprivate static func setDeadlines(
        _ call: inout Call, in keyspace: inout Keyspace, of declaration: CommandDeclaration,
        unitMilliseconds: Int64, isRelative: Bool
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        let hash = try keyspace.hashForUpdate(key)
        let deadline = try call.arguments.readFieldDeadline(
            unitMilliseconds: unitMilliseconds, base: isRelative ? keyspace.nowMilliseconds : 0,
            of: declaration)
        let condition = Condition(&call.arguments)
        try call.arguments.readFieldCount(
            else: ErrorReply("ERR Parameter `numFields` should be greater than 0"))
        call.reply.array(call.arguments.remaining)
        hash?.allowExpiries()
        var changed = FieldChanges()
        while call.arguments.hasMore {
            let field = try call.arguments.next()
            guard let hash, let found = hash.find(field, at: keyspace.nowMilliseconds) else {
                call.reply.integer(-2)
                continue
            }
            guard condition.allows(deadline, insteadOf: found.expiryMilliseconds) else {
                call.reply.integer(0)
                continue
            }
            let isKept = keyspace.setDeadline(of: field, in: hash, to: deadline, &changed)
            call.reply.integer(isKept ? 1 : 2)
        }
        guard let hash, changed.any else { return }
        let event: StaticString = changed.removed > 0 ? "hdel" : "hexpire"
        keyspace.didChangeFields(of: hash, at: key, KeyspaceEvent(.hash, event))
    }
}
