// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Makes the connection as it was when it began.
public enum RESET: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "RESET",
        summary: "Resets the connection.",
        group: .connection,
        since: "6.2.0",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy, .notQueued]
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let session = call.session
        dispatcher.stopListening(session, in: &keyspace)
        session.transaction = nil
        session.unwatchAll(in: &keyspace)
        session.database = 0
        keyspace.selected = 0
        session.protocolVersion = session.defaultProtocolVersion
        session.name = ByteString()
        // A reply that is to be skipped is this one (as in Redis).
        if session.replyMode != .skipping { session.replyMode = .on }
        session.isNoEvict = false
        session.isNoTouch = false
        dispatcher.deauthenticate(session)
        call.reply.isRESP3 = false
        call.reply.simple("RESET")
    }
}
