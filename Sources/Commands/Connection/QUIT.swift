// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Ends the connection.
public enum QUIT: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "QUIT",
        summary: "Closes the connection.",
        group: .connection,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.allowBusy, .noScript, .loading, .stale, .fast, .noAuth, .notQueued]
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        call.closesConnection = true
        call.reply.ok()
    }
}
