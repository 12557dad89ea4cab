// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Removes all keys of the selected database.
public enum FLUSHDB: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "FLUSHDB",
        summary: "Remove all keys from the current database.",
        group: .server,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys in the selected database",
        arity: .atLeast(1),
        flags: [.dangerous, .keyspace],
        syntax: "[ASYNC | SYNC]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try checkFlushMode(&call.arguments)
        keyspace.removeAll(inBackground: call.mayBlock)
        keyspace.noteFlush()
        call.reply.ok()
    }
}

/// Removes all keys of all databases.
public enum FLUSHALL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "FLUSHALL",
        summary: "Removes all keys from all databases.",
        group: .server,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of keys in all databases",
        arity: .atLeast(1),
        flags: [.dangerous, .keyspace],
        syntax: "[ASYNC | SYNC]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try checkFlushMode(&call.arguments)
        for index in 0..<keyspace.databaseCount {
            keyspace.inDatabase(index) { $0.removeAll(inBackground: call.mayBlock) }
        }
        keyspace.statistics.flushes &+= 1
        keyspace.noteFlush()
        call.reply.ok()
    }
}

/// The keys are gone at once either way; only who frees their memory could differ.
private func checkFlushMode(_ arguments: inout Arguments) throws(ErrorReply) {
    guard arguments.hasMore else { return }
    guard arguments.consume("ASYNC") || arguments.consume("SYNC"), !arguments.hasMore else {
        throw .syntax
    }
}
