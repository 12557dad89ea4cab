// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// Chooses the protocol, and introduces server and client to each other.
enum HELLO: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "HELLO",
        summary: "Handshakes with the Redis server.",
        group: .connection,
        since: "6.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy],
        syntax: "[protover:integer [AUTH username password] [SETNAME clientname]]"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        let session = call.session
        var version: Int64?
        if call.arguments.hasMore {
            let number = try call.arguments.integer(
                else: ErrorReply("ERR Protocol version is not an integer or out of range"))
            guard number == 2 || number == 3 else {
                throw ErrorReply("NOPROTO unsupported protocol version")
            }
            version = number
        }
        var name: Bytes?
        var credentials: (user: Bytes, password: Bytes)?
        while call.arguments.hasMore {
            if call.arguments.remaining >= 3, call.arguments.consume("AUTH") {
                let user = try call.arguments.next()
                let place = call.arguments.position
                call.redact(place - 1)
                call.redact(place)
                credentials = (user, try call.arguments.next())
            } else if call.arguments.remaining >= 2, call.arguments.consume("SETNAME") {
                let given = try call.arguments.next()
                try CLIENT.checkName(given)
                name = given
            } else {
                let option = try call.arguments.next()
                throw ErrorReply("ERR Syntax error in HELLO option '", option, "'")
            }
        }
        if let (user, password) = credentials {
            try dispatcher.authenticate(&call, user, password)
        }
        guard session.isAuthenticated else {
            throw ErrorReply(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the "
                    + "HELLO <proto> AUTH <user> <pass> option can be used to authenticate the "
                    + "client and select the RESP protocol version at the same time")
        }
        if let name { session.name = ByteString(name) }
        if let version { session.protocolVersion = Int(version) }
        call.reply.isRESP3 = session.protocolVersion == 3
        introduce(session, &call.reply)
    }

    private static func introduce(_ session: Session, _ reply: inout ReplyWriter) {
        reply.map(7)
        for (name, value) in [("server", "redis"), ("version", EngramVersion.redis)] {
            reply.bulk(name)
            reply.bulk(value)
        }
        reply.bulk("proto")
        reply.integer(session.protocolVersion)
        reply.bulk("id")
        reply.integer(session.id)
        for (name, value) in [("mode", "standalone"), ("role", "master")] {
            reply.bulk(name)
            reply.bulk(value)
        }
        reply.bulk("modules")
        reply.array(1)
        MODULE.describeVectorSets(&reply)
    }
}
