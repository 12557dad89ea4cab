// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Lets a key end in so many seconds.
public enum EXPIRE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "EXPIRE",
        summary: "Sets the expiration time of a key in seconds.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key seconds:integer [NX | XX | GT | LT]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try setExpiry(
            &call, in: &keyspace, millisecondsPerUnit: 1000, from: call.nowMilliseconds, "expire")
    }
}

/// Lets a key end in so many milliseconds.
public enum PEXPIRE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PEXPIRE",
        summary: "Sets the expiration time of a key in milliseconds.",
        group: .generic,
        since: "2.6.0",
        complexity: "O(1)",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key milliseconds:integer [NX | XX | GT | LT]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try setExpiry(
            &call, in: &keyspace, millisecondsPerUnit: 1, from: call.nowMilliseconds, "pexpire")
    }
}

/// Lets a key end at a second since 1970.
public enum EXPIREAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "EXPIREAT",
        summary: "Sets the expiration time of a key to a Unix timestamp.",
        group: .generic,
        since: "1.2.0",
        complexity: "O(1)",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key unix-time-seconds:unix-time [NX | XX | GT | LT]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try setExpiry(&call, in: &keyspace, millisecondsPerUnit: 1000, from: 0, "expireat")
    }
}

/// Lets a key end at a millisecond since 1970.
public enum PEXPIREAT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PEXPIREAT",
        summary: "Sets the expiration time of a key to a Unix milliseconds timestamp.",
        group: .generic,
        since: "2.6.0",
        complexity: "O(1)",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key unix-time-milliseconds:unix-time [NX | XX | GT | LT]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try setExpiry(&call, in: &keyspace, millisecondsPerUnit: 1, from: 0, "pexpireat")
    }
}

/// Under which of its present expiries a key gets a new one.
private struct ExpiryCondition {
    var onlyMissing = false
    var onlyPresent = false
    var onlyLater = false
    var onlyEarlier = false

    init(_ arguments: inout Arguments) throws(ErrorReply) {
        while arguments.hasMore {
            if arguments.consume("NX") {
                onlyMissing = true
            } else if arguments.consume("XX") {
                onlyPresent = true
            } else if arguments.consume("GT") {
                onlyLater = true
            } else if arguments.consume("LT") {
                onlyEarlier = true
            } else {
                throw ErrorReply("ERR Unsupported option ", try arguments.next())
            }
        }
        if onlyMissing, onlyPresent || onlyLater || onlyEarlier {
            throw ErrorReply(
                "ERR NX and XX, GT or LT options at the same time are not compatible")
        }
        if onlyLater, onlyEarlier {
            throw ErrorReply("ERR GT and LT options at the same time are not compatible")
        }
    }

    /// A key without an expiry counts as ending never.
    func allows(_ deadline: Int64, for entry: Entry) -> Bool {
        if onlyMissing, entry.hasExpiry { return false }
        if onlyPresent, !entry.hasExpiry { return false }
        if onlyLater, !entry.hasExpiry || deadline <= entry.expiryMilliseconds { return false }
        if onlyEarlier, entry.hasExpiry, deadline >= entry.expiryMilliseconds { return false }
        return true
    }
}

private func setExpiry(
    _ call: inout Call, in keyspace: inout Keyspace, millisecondsPerUnit: Int64, from base: Int64,
    _ name: String
) throws(ErrorReply) {
    let key = try call.arguments.next()
    let time = try call.arguments.next()
    let condition = try ExpiryCondition(&call.arguments)
    guard let number = Int64(strict: time) else { throw .notAnInteger }
    let (product, overflow) = number.multipliedReportingOverflow(by: millisecondsPerUnit)
    let (deadline, carry) = product.addingReportingOverflow(base)
    guard !overflow, !carry else { throw .invalidExpiry(of: name) }
    guard let entry = keyspace.findForUpdate(key), condition.allows(deadline, for: entry) else {
        return call.reply.integer(0)
    }
    if deadline <= call.nowMilliseconds {
        keyspace.remove(key)
        keyspace.didChange(key, KeyspaceEvent(.generic, "del"))
    } else {
        keyspace.setExpiry(of: entry, at: deadline)
        keyspace.didChange(key, KeyspaceEvent(.generic, "expire"))
    }
    call.reply.integer(1)
}
