// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Logging
import RESP
import Store

/// Saves, if anything is to be saved, and ends the server.
enum SHUTDOWN: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "SHUTDOWN",
        summary: "Synchronously saves the database(s) to disk and shuts down the Redis server.",
        group: .server,
        since: "1.0.0",
        complexity:
            "O(N) when saving, where N is the total number of keys in all databases when saving "
            + "data, otherwise O(1)",
        arity: .atLeast(1),
        flags: [.admin, .dangerous, .noScript, .noMulti, .loading, .stale, .allowBusy],
        syntax: "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        var saves: Bool?
        var isForced = false
        var aborts = false
        while call.arguments.hasMore {
            if call.arguments.consume("NOSAVE"), saves == nil {
                saves = false
            } else if call.arguments.consume("SAVE"), saves == nil {
                saves = true
            } else if call.arguments.consume("NOW") {
                continue
            } else if call.arguments.consume("FORCE") {
                isForced = true
            } else if call.arguments.consume("ABORT") {
                aborts = true
            } else {
                throw .syntax
            }
        }
        if aborts {
            guard call.arguments.count == 2 else { throw .syntax }
            // A shutdown here never waits, so there is never one to call off.
            throw ErrorReply("ERR No shutdown in progress.")
        }
        try host.shutDown(&keyspace, saves: saves, isForced: isForced)
        call.closesConnection = true
    }
}

extension Host {
    /// Saves what should be saved, and has the server end.
    /// - Parameter saves: nil saves if there is a save point.
    func shutDown(
        _ keyspace: inout Keyspace, saves: Bool?, isForced: Bool
    ) throws(ErrorReply) {
        guard !isShuttingDown else { return }
        if saves ?? !configuration.savePoints.isEmpty {
            do throws(SnapshotError) {
                try persistence.save(&keyspace, for: self)
                logger.notice("saved before leaving")
            } catch {
                logger.error("cannot save before leaving: \(error)")
                guard isForced else {
                    throw ErrorReply("ERR Errors trying to SHUTDOWN. Check logs.")
                }
            }
        } else {
            persistence.cancelBackgroundSave()
        }
        isShuttingDown = true
        end()
    }
}
