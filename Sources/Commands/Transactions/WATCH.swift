// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Makes the next EXEC do nothing if one of the keys changes before.
public enum WATCH: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "WATCH",
        summary: "Monitors changes to keys to determine the execution of a transaction.",
        group: .transactions,
        since: "2.2.0",
        complexity: "O(1) for every key.",
        arity: .atLeast(2),
        flags: [.noScript, .loading, .stale, .fast, .allowBusy, .notQueued],
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        guard call.session.transaction == nil else {
            throw ErrorReply("ERR WATCH inside MULTI is not allowed")
        }
        while call.arguments.hasMore {
            call.session.watch(try call.arguments.next(), in: &keyspace)
        }
        call.reply.ok()
    }
}

/// Forgets all watched keys.
public enum UNWATCH: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "UNWATCH",
        summary: "Forgets about watched keys of a transaction.",
        group: .transactions,
        since: "2.2.0",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.noScript, .loading, .stale, .fast, .allowBusy]
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        call.session.unwatchAll(in: &keyspace)
        call.reply.ok()
    }
}

extension Session {
    func watch(_ key: Bytes, in keyspace: inout Keyspace) {
        // An expired key that nobody has removed yet is as good as absent: its removal later on
        // would look like a change.
        keyspace.removeIfExpired(key)
        let watched = WatchedKey(
            database: keyspace.selected, key: ByteString(key),
            wasAbsent: keyspace.peek(key) == nil)
        guard
            !watchedKeys.contains(where: {
                $0.database == watched.database && $0.key == watched.key
            })
        else { return }
        watchedKeys.append(watched)
        keyspace.watch(key, watch)
    }

    /// Whether a key that was there when it was watched has expired unnoticed.
    func hasWatchedKeyExpired(in keyspace: inout Keyspace) -> Bool {
        watchedKeys.contains { watched in
            guard !watched.wasAbsent else { return false }
            return keyspace.inDatabase(watched.database) { keyspace in
                watched.key.withBytes { keyspace.peek($0) == nil }
            }
        }
    }
}
