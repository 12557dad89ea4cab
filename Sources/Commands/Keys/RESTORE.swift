// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Makes a key of what DUMP has returned, here or in Redis.
public enum RESTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RESTORE",
        summary: "Creates a key from the serialized representation of a value.",
        group: .generic,
        since: "2.6.0",
        complexity:
            "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory, .dangerous],
        keys: [.first],
        syntax:
            "key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds:integer] [FREQ frequency:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try restore(&call, in: &keyspace)
    }
}

/// ``RESTORE`` as the nodes of a cluster send it to each other.
public enum RESTORE_ASKING: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "RESTORE-ASKING",
        summary: "An internal command for migrating keys in a cluster.",
        group: .server,
        since: "3.0.0",
        complexity: RESTORE.declaration.complexity,
        arity: .atLeast(4),
        flags: [.denyOutOfMemory, .dangerous, .keyspace],
        keys: [.first],
        syntax: RESTORE.declaration.syntax
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try restore(&call, in: &keyspace)
    }
}

private struct RestoreOptions {
    var replaces = false
    var isAbsolute = false
    var idleSeconds: Int64?
    var frequency: Int64?

    init(_ arguments: inout Arguments) throws(ErrorReply) {
        while arguments.hasMore {
            if arguments.consume("REPLACE") {
                replaces = true
            } else if arguments.consume("ABSTTL") {
                isAbsolute = true
            } else if arguments.remaining > 1, frequency == nil, arguments.consume("IDLETIME") {
                let seconds = try arguments.integer()
                guard seconds >= 0 else {
                    throw ErrorReply("ERR Invalid IDLETIME value, must be >= 0")
                }
                idleSeconds = seconds
            } else if arguments.remaining > 1, idleSeconds == nil, arguments.consume("FREQ") {
                frequency = try arguments.integer(
                    in: 0...255,
                    outside: ErrorReply("ERR Invalid FREQ value, must be >= 0 and <= 255"))
            } else {
                throw .syntax
            }
        }
    }
}

private func restore(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
    let codec = try keyspace.valueCodec()
    let (key, time, payload) = (call.arguments[1], call.arguments[2], call.arguments[3])
    call.arguments.position = 4
    let options = try RestoreOptions(&call.arguments)
    let isThere = keyspace.findForUpdate(key) != nil
    guard options.replaces || !isThere else {
        throw ErrorReply("BUSYKEY Target key name already exists.")
    }
    guard let time = Int64(strict: time) else { throw .notAnInteger }
    guard time >= 0 else { throw ErrorReply("ERR Invalid TTL value, must be >= 0") }
    guard codec.isIntact(payload) else {
        throw ErrorReply("ERR DUMP payload version or checksum are wrong")
    }
    let malformed = ErrorReply("ERR Bad data format")
    guard let value = codec.value(in: payload) else { throw malformed }
    // A time that overflows has passed, as in Redis.
    let deadline = options.isAbsolute ? time : time &+ keyspace.nowMilliseconds
    if time > 0, deadline <= keyspace.nowMilliseconds {
        if keyspace.remove(key) { keyspace.didChange(key, KeyspaceEvent(.generic, "del")) }
        return call.reply.ok()
    }
    let old = keyspace.peek(key)?.value.type
    guard var entry = keyspace.install(value, at: key) else { throw malformed }
    if time > 0 { entry = keyspace.setExpiry(of: entry, at: deadline) }
    if let seconds = options.idleSeconds { keyspace.setIdle(of: entry, seconds: seconds) }
    if let frequency = options.frequency { keyspace.setUseCount(of: entry, Int(frequency)) }
    keyspace.didChange(key, KeyspaceEvent(.generic, "restore"))
    if let old { keyspace.noteOverwrite(key, old, by: entry.value.type) }
    call.reply.ok()
}

extension Arguments {
    /// The next argument as an integer; `outside` is thrown for one out of range only.
    fileprivate mutating func integer(
        in range: ClosedRange<Int64>, outside error: ErrorReply
    ) throws(ErrorReply) -> Int64 {
        let value = try integer()
        guard range.contains(value) else { throw error }
        return value
    }
}
