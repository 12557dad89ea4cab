// SPDX-License-Identifier: Apache-2.0

import Commands
import RESP
import Store

/// Makes the server follow another; only `NO ONE`, what it is anyway, is possible so far.
enum REPLICAOF: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "REPLICAOF",
        summary: "Configures a server as replica of another, or promotes it to a master.",
        group: .server,
        since: "5.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.noScript, .admin, .dangerous, .stale],
        syntax: "host port:string"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        guard call.arguments.consume("NO"), call.arguments.consume("ONE") else {
            throw ErrorReply("ERR Engram cannot be a replica yet")
        }
        call.reply.ok()
    }
}

/// The older name of REPLICAOF.
enum SLAVEOF: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "SLAVEOF",
        summary: "Sets a Redis server as a replica of another, or promotes it to being a master.",
        group: .server,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.noScript, .admin, .dangerous, .stale],
        syntax: "host port:string"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        try REPLICAOF.run(&call, in: &keyspace, by: &dispatcher, on: host)
    }
}

/// Says what part the server plays in replication.
enum ROLE: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "ROLE",
        summary: "Returns the replication role.",
        group: .server,
        since: "2.8.12",
        complexity: "O(1)",
        arity: .exactly(1),
        flags: [.noScript, .loading, .stale, .fast, .admin, .dangerous]
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        call.reply.array(3)
        call.reply.bulk("master")
        call.reply.integer(0)
        call.reply.array(0)
    }
}

/// Waits until replicas have what this client wrote; there are none.
enum WAIT: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "WAIT",
        summary:
            "Blocks until the asynchronous replication of all preceding write commands sent by "
            + "the connection is completed.",
        group: .generic,
        since: "3.0.0",
        complexity: "O(1)",
        arity: .exactly(3),
        flags: [.blocking],
        syntax: "numreplicas:integer timeout:integer"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        let replicas = try call.arguments.integer()
        let timeout = try call.arguments.integer(
            else: ErrorReply("ERR timeout is not an integer or out of range"))
        guard timeout >= 0 else { throw .negativeTimeout }
        guard replicas > 0 else { return call.reply.integer(0) }
        // No replica will ever confirm, and the number is known now: waiting would change nothing.
        call.reply.integer(0)
    }
}
