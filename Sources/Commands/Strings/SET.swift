// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Gives a key a string.
public enum SET: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SET",
        summary:
            "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax:
            "key value [NX | XX] [GET] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let value = try call.arguments.next()
        guard call.arguments.hasMore else {
            keyspace.setString(key, value)
            keyspace.didChange(key, KeyspaceEvent(.string, "set"))
            return call.reply.ok()
        }
        var options = StringOptions()
        while call.arguments.hasMore {
            if options.condition != .exists, call.arguments.consume("NX") {
                options.condition = .missing
            } else if options.condition != .missing, call.arguments.consume("XX") {
                options.condition = .exists
            } else if call.arguments.consume("GET") {
                options.returnsOld = true
            } else if options.expiry == nil, call.arguments.consume("KEEPTTL") {
                options.keepsExpiry = true
            } else if try !options.consumeExpiry(&call.arguments) {
                throw .syntax
            }
        }
        let expiry = try options.expiryMilliseconds(now: call.nowMilliseconds, command: "set")
        try keyspace.set(key, value, options, expiry: expiry, &call.reply)
    }
}

/// Gives a key a string if the key does not exist.
public enum SETNX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SETNX",
        summary: "Set the string value of a key only when the key doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard !keyspace.exists(key) else { return call.reply.integer(0) }
        keyspace.setString(key, try call.arguments.next())
        keyspace.didChange(key, KeyspaceEvent(.string, "set"))
        call.reply.integer(1)
    }
}

/// Gives a key a string that ends in so many seconds.
public enum SETEX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SETEX",
        summary:
            "Sets the string value and expiration time of a key. Creates the key if it doesn't exist.",
        group: .string,
        since: "2.0.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax: "key seconds:integer value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try setUntil(.seconds, "setex", &call, in: &keyspace)
    }
}

/// Gives a key a string that ends in so many milliseconds.
public enum PSETEX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PSETEX",
        summary:
            "Sets both string value and expiration time in milliseconds of a key. The key is created if it doesn't exist.",
        group: .string,
        since: "2.6.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax: "key milliseconds:integer value"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try setUntil(.milliseconds, "psetex", &call, in: &keyspace)
    }
}

private func setUntil(
    _ unit: StringOptions.Expiry.Unit, _ name: String, _ call: inout Call,
    in keyspace: inout Keyspace
) throws(ErrorReply) {
    let key = try call.arguments.next()
    var options = StringOptions()
    options.expiry = StringOptions.Expiry(unit: unit, text: try call.arguments.next())
    let expiry = try options.expiryMilliseconds(now: call.nowMilliseconds, command: name)
    try keyspace.set(key, try call.arguments.next(), options, expiry: expiry, &call.reply)
}
