// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import RESP
import Store

/// Saves the keyspace while everybody waits.
enum SAVE: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "SAVE",
        summary: "Synchronously saves the database(s) to disk.",
        group: .server,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of keys in all databases",
        arity: .exactly(1),
        flags: [.noScript, .admin, .dangerous, .noMulti]
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        guard host.persistence.background == nil else {
            throw ErrorReply("ERR Background save already in progress")
        }
        do throws(SnapshotError) {
            try host.persistence.save(&keyspace, for: host)
        } catch {
            throw ErrorReply("ERR \(error)")
        }
        call.reply.ok()
    }
}

/// Saves the keyspace in the background.
enum BGSAVE: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "BGSAVE",
        summary: "Asynchronously saves the database(s) to disk.",
        group: .server,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.noScript, .admin, .dangerous],
        syntax: "[SCHEDULE]"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        let isScheduled = call.arguments.consume("SCHEDULE")
        guard !call.arguments.hasMore else { throw .syntax }
        guard host.persistence.background == nil else {
            guard isScheduled else {
                throw ErrorReply("ERR Background save already in progress")
            }
            host.persistence.isAnotherScheduled = true
            return call.reply.simple("Background saving scheduled")
        }
        host.persistence.startBackgroundSave(&keyspace, for: host)
        call.reply.simple("Background saving started")
    }
}

/// Writes the append-only log anew; there is none so far.
enum BGREWRITEAOF: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "BGREWRITEAOF",
        summary: "Asynchronously rewrites the append-only file to disk.",
        group: .server,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.noScript, .admin, .dangerous]
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        throw ErrorReply("ERR Engram has no append-only file yet; BGSAVE writes a snapshot")
    }
}

/// Says when the keyspace was saved last.
enum LASTSAVE: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "LASTSAVE",
        summary: "Returns the Unix timestamp of the last successful save to disk.",
        group: .server,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.loading, .stale, .fast, .admin, .dangerous]
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        call.reply.integer(host.persistence.lastSaveMilliseconds / 1000)
    }
}
