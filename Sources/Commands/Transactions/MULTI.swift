// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Starts a transaction: the commands that follow are queued.
public enum MULTI: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "MULTI",
        summary: "Starts a transaction.",
        group: .transactions,
        since: "1.2.0",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.noScript, .loading, .stale, .fast, .allowBusy, .notQueued]
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        guard call.session.transaction == nil else {
            throw ErrorReply("ERR MULTI calls can not be nested")
        }
        call.session.transaction = Session.Transaction()
        call.reply.ok()
    }
}
