// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Forgets the queued commands.
public enum DISCARD: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "DISCARD",
        summary: "Discards a transaction.",
        group: .transactions,
        since: "2.0.0",
        complexity: "O(N), when N is the number of queued commands",
        arity: .exactly(1),
        flags: [.noScript, .loading, .stale, .fast, .allowBusy, .notQueued]
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        guard call.session.transaction != nil else {
            throw ErrorReply("ERR DISCARD without MULTI")
        }
        call.session.transaction = nil
        call.session.unwatchAll(in: &keyspace)
        call.reply.ok()
    }
}
