// SPDX-License-Identifier: Apache-2.0

import Commands
import RESP
import Store

/// Returns the time.
enum TIME: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "TIME",
        summary: "Returns the server time.",
        group: .server,
        since: "2.6.0",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.loading, .stale, .fast]
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        call.reply.array(2)
        call.reply.bulk(call.nowMicroseconds / 1_000_000)
        call.reply.bulk(call.nowMicroseconds % 1_000_000)
    }
}
