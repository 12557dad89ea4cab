// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// Moves keys to another server that speaks the protocol.
///
/// The other server is talked to without the keyspace, so that nobody waits for it but the client
/// who asks, and, as in Redis, whoever is in a transaction or a script with it.
enum MIGRATE: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "MIGRATE",
        summary: "Atomically transfers a key from one Redis instance to another.",
        group: .generic,
        since: "2.6.0",
        complexity:
            "This command actually executes a DUMP+DEL in the source instance, and a RESTORE in the target instance. See the pages of these commands for time complexity. Also an O(N) data transfer between the two instances is performed.",
        arity: .atLeast(6),
        flags: [.write, .keyspace, .dangerous],
        keys: [.range(first: 3, last: 3, step: 1), .keyword("KEYS", from: -2, count: 1)],
        syntax:
            "host port:integer key destination-db:integer timeout:integer [COPY] [REPLACE] [AUTH password | AUTH2 username password] [KEYS key [key ...]]"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        let order = try MigrationOrder(&call)
        let migration = Migration(order, database: call.session.database)
        migration.pack(order.keys, from: &keyspace)
        guard !migration.parcels.isEmpty else { return call.reply.simple("NOKEY") }
        guard call.mayBlock else {
            migration.send()
            migration.settle(in: &keyspace)
            return migration.answer(&call.reply)
        }
        call.detached = MigrationWork(migration, executor: host.executor)
    }
}

/// What a MIGRATE asks for.
struct MigrationOrder {
    let host: String
    let port: UInt16?
    let database: Int64
    let timeoutMilliseconds: Int64
    var keys: [ByteString]
    var keepsOwn = false
    var replaces = false
    var user: ByteString?
    var password: ByteString?

    init(_ call: inout Call) throws(ErrorReply) {
        let words = call.arguments.copies()
        host = words[1].description
        port = UInt16(words[2].description)
        keys = [words[3]]
        call.arguments.position = 6
        var copies = false
        while call.arguments.hasMore {
            if call.arguments.consume("COPY") {
                copies = true
            } else if call.arguments.consume("REPLACE") {
                replaces = true
            } else if call.arguments.remaining > 1, call.arguments.consume("AUTH") {
                password = Self.secret(&call)
            } else if call.arguments.remaining > 2, call.arguments.consume("AUTH2") {
                user = Self.secret(&call)
                password = Self.secret(&call)
            } else if call.arguments.consume("KEYS") {
                guard words[3].isEmpty else {
                    throw ErrorReply(
                        "ERR When using MIGRATE KEYS option, the key argument must be set to the "
                            + "empty string")
                }
                keys = Array(words[call.arguments.position...])
                break
            } else {
                throw .syntax
            }
        }
        keepsOwn = copies
        call.arguments.position = 5
        let timeout = try call.arguments.integer()
        timeoutMilliseconds = timeout > 0 ? timeout : 1000
        call.arguments.position = 4
        database = try call.arguments.integer()
    }

    private static func secret(_ call: inout Call) -> ByteString {
        let index = call.arguments.position
        call.redact(index)
        call.arguments.position = index + 1
        return ByteString(call.arguments[index])
    }
}

/// Talks to the other server, and comes back for the keyspace.
private final class MigrationWork: DetachedWork, @unchecked Sendable {
    let isCheap = false
    private let migration: Migration
    private let executor: Executor

    init(_ migration: Migration, executor: Executor) {
        self.migration = migration
        self.executor = executor
    }

    func run(_ reply: inout ReplyWriter) {
        var hasMore = true
        while hasMore {
            migration.send()
            hasMore = settle()
        }
        migration.answer(&reply)
    }

    /// Removes what has arrived.
    /// - Returns: whether there is more to send.
    private func settle() -> Bool {
        executor.withIdleState { state, now in
            state.keyspace.selected = migration.database
            migration.settle(in: &state.keyspace)
            if !state.keyspace.readyKeys.isEmpty {
                state.dispatcher.serveBlocked(in: &state.keyspace, at: now)
            }
            return migration.packAgain(from: &state.keyspace)
        }
    }
}
