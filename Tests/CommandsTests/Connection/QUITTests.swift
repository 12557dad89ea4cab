// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("QUIT")
struct QUITTests {
    @Test("ends the connection behind its reply, inside MULTI too", arguments: [[], ["MULTI"]])
    func closes(before: [String]) {
        let database = TestDatabase()
        for line in before { database(line) }
        var call = Call(session: database.client.session, arguments: Arguments(["QUIT", "now"]))
        let outcome = database.dispatcher.dispatch(&call, in: &database.keyspace)
        guard case .done = outcome else {
            Issue.record("QUIT must be done at once")
            return
        }
        let closes = call.closesConnection
        #expect(closes)
        let reply = Reply(wire: ByteString(call.reply.bytes))
        #expect(reply == "OK")
    }
}
