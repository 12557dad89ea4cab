// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Adds one to the integer at a key.
public enum INCR: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "INCR",
        summary:
            "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        call.reply.integer(try keyspace.add(1, to: key))
    }
}

/// Adds a number to the integer at a key.
public enum INCRBY: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "INCRBY",
        summary:
            "Increments the integer value of a key by a number. Uses 0 as initial value if the key doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key increment:integer"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let increment = try call.arguments.integer()
        call.reply.integer(try keyspace.add(increment, to: key))
    }
}

/// Takes one from the integer at a key.
public enum DECR: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "DECR",
        summary:
            "Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        call.reply.integer(try keyspace.add(-1, to: key))
    }
}

/// Takes a number from the integer at a key.
public enum DECRBY: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "DECRBY",
        summary:
            "Decrements a number from the integer value of a key. Uses 0 as initial value if the key doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key decrement:integer"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let decrement = try call.arguments.integer()
        guard decrement != .min else { throw ErrorReply("ERR decrement would overflow") }
        call.reply.integer(try keyspace.add(-decrement, to: key))
    }
}

extension Keyspace {
    /// Adds to the integer at a key, 0 if there is none, and returns the sum.
    fileprivate mutating func add(_ increment: Int64, to key: Bytes) throws(ErrorReply) -> Int64 {
        let entry = try stringEntryForUpdate(key)
        var number: Int64 = 0
        if let entry {
            guard let stored = Int64(strict: entry.string) else { throw .notAnInteger }
            number = stored
        }
        let (sum, overflow) = number.addingReportingOverflow(increment)
        guard !overflow else { throw ErrorReply("ERR increment or decrement would overflow") }
        sum.withDecimal { text in
            if let entry {
                _ = rewriteString(of: entry, at: key, text)
            } else {
                _ = setString(key, text)
            }
        }
        didChange(key, KeyspaceEvent(.string, "incrby"))
        return sum
    }
}
