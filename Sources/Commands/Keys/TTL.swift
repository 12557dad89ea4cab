// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the seconds that a key has left.
public enum TTL: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "TTL",
        summary: "Returns the expiration time in seconds of a key.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let remaining = try millisecondsLeft(&call, in: keyspace, since: call.nowMilliseconds)
        call.reply.integer(seconds(remaining))
    }
}

/// Returns the milliseconds that a key has left.
public enum PTTL: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "PTTL",
        summary: "Returns the expiration time in milliseconds of a key.",
        group: .generic,
        since: "2.6.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let remaining = try millisecondsLeft(&call, in: keyspace, since: call.nowMilliseconds)
        call.reply.integer(remaining)
    }
}

/// Returns the second since 1970 at which a key ends.
public enum EXPIRETIME: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "EXPIRETIME",
        summary: "Returns the expiration time of a key as a Unix timestamp.",
        group: .generic,
        since: "7.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let remaining = try millisecondsLeft(&call, in: keyspace, since: 0)
        call.reply.integer(seconds(remaining))
    }
}

/// Milliseconds as the nearest number of seconds; what is negative says why there are none.
private func seconds(_ milliseconds: Int64) -> Int64 {
    guard milliseconds >= 0 else { return milliseconds }
    return milliseconds / 1000 + (milliseconds % 1000 >= 500 ? 1 : 0)
}

/// Returns the millisecond since 1970 at which a key ends.
public enum PEXPIRETIME: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "PEXPIRETIME",
        summary: "Returns the expiration time of a key as a Unix milliseconds timestamp.",
        group: .generic,
        since: "7.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let remaining = try millisecondsLeft(&call, in: keyspace, since: 0)
        call.reply.integer(remaining)
    }
}

/// What a key has left from `start` on; -1 when it stays, -2 when there is none.
private func millisecondsLeft(
    _ call: inout Call, in keyspace: borrowing Keyspace, since start: Int64
) throws(ErrorReply) -> Int64 {
    guard let entry = keyspace.inspect(try call.arguments.next()) else { return -2 }
    return entry.hasExpiry ? max(0, entry.expiryMilliseconds &- start) : -1
}
