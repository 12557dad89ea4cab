// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns all fields with their values.
public enum HGETALL: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HGETALL",
        summary: "Returns all fields and values in a hash.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(N) where N is the size of the hash.",
        arity: .exactly(2),
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let hash = try keyspace.hash(call.arguments[1]) else { return call.reply.map(0) }
        call.reply.map(hash.count(at: keyspace.nowMilliseconds))
        hash.forEach(at: keyspace.nowMilliseconds) { field, value in
            call.reply.bulk(field)
            call.reply.bulk(value)
        }
    }
}

/// Returns all fields.
public enum HKEYS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HKEYS",
        summary: "Returns all fields in a hash.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(N) where N is the size of the hash.",
        arity: .exactly(2),
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let hash = try keyspace.hash(call.arguments[1]) else { return call.reply.array(0) }
        call.reply.array(hash.count(at: keyspace.nowMilliseconds))
        hash.forEach(at: keyspace.nowMilliseconds) { field, _ in call.reply.bulk(field) }
    }
}

/// Returns all values.
public enum HVALS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "HVALS",
        summary: "Returns all values in a hash.",
        group: .hash,
        since: "2.0.0",
        complexity: "O(N) where N is the size of the hash.",
        arity: .exactly(2),
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let hash = try keyspace.hash(call.arguments[1]) else { return call.reply.array(0) }
        call.reply.array(hash.count(at: keyspace.nowMilliseconds))
        hash.forEach(at: keyspace.nowMilliseconds) { _, value in call.reply.bulk(value) }
    }
}
