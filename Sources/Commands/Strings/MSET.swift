// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Gives several keys a string each.
public enum MSET: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "MSET",
        summary: "Atomically creates or modifies the string values of one or more keys.",
        group: .string,
        since: "1.0.1",
        complexity: "O(N) where N is the number of keys to set.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory],
        keys: [.range(first: 1, last: -1, step: 2)],
        syntax: "key value [key value ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        guard call.arguments.count % 2 == 1 else { throw .wrongArgumentCount("mset") }
        try setAll(&call, in: &keyspace)
        call.reply.ok()
    }
}

/// Gives several keys a string each, if none of them exists.
public enum MSETNX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "MSETNX",
        summary:
            "Atomically modifies the string values of one or more keys only when all keys don't exist.",
        group: .string,
        since: "1.0.1",
        complexity: "O(N) where N is the number of keys to set.",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory],
        keys: [.range(first: 1, last: -1, step: 2)],
        syntax: "key value [key value ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        guard call.arguments.count % 2 == 1 else { throw .wrongArgumentCount("msetnx") }
        for index in stride(from: 1, to: call.arguments.count, by: 2)
        where keyspace.exists(call.arguments[index]) {
            return call.reply.integer(0)
        }
        try setAll(&call, in: &keyspace)
        call.reply.integer(1)
    }
}

private func setAll(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
    while call.arguments.hasMore {
        let key = try call.arguments.next()
        keyspace.setString(key, try call.arguments.next())
        keyspace.didChange(key, KeyspaceEvent(.string, "set"))
    }
}
