// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Runs the queued commands, one after the other with nothing between them.
public enum EXEC: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "EXEC",
        summary: "Executes all commands in a transaction.",
        group: .transactions,
        since: "1.2.0",
        complexity: "Depends on commands in the transaction",
        arity: .exactly(1),
        flags: [.noScript, .loading, .stale, .notQueued, .skipSlowlog, .runsTransaction]
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let session = call.session
        guard let transaction = session.transaction else {
            throw ErrorReply("ERR EXEC without MULTI")
        }
        let isDirty = session.watch.isDirty || session.hasWatchedKeyExpired(in: &keyspace)
        session.transaction = nil
        session.unwatchAll(in: &keyspace)
        if transaction.isBroken {
            throw ErrorReply(
                "EXECABORT Transaction discarded because of previous errors.")
        }
        guard !isDirty else { return call.reply.nullArray() }
        call.reply.array(transaction.queue.count)
        let exec = session.lastEntry
        for words in transaction.queue {
            dispatcher.runQueued(words, &call, in: &keyspace)
        }
        session.lastEntry = exec
    }
}
