// SPDX-License-Identifier: Apache-2.0

import Commands
import RESP
import Store

/// A command that acts on this server.
protocol ServerCommand: HostCommand {
    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply)
}

extension ServerCommand {
    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        of host: any CommandHost
    ) throws(ErrorReply) {
        guard let host = host as? Host else {
            throw ErrorReply("ERR this command needs a server")
        }
        defer { host.updateAdmission(of: &dispatcher) }
        try run(&call, in: &keyspace, by: &dispatcher, on: host)
    }
}

extension Host {
    /// The client whose request this is.
    func client(of call: borrowing Call) throws(ErrorReply) -> Client {
        guard let client = clients[call.session.id] else { throw .noSuchClient }
        return client
    }
}

extension ErrorReply {
    static let noSuchClient = ErrorReply("ERR No such client")
}

/// All commands whose bodies are in this module, a line each.
enum ServerCommandCatalog {
    static var all: [any Command.Type] {
        [
            ACL.self,
            AUTH.self,
            BGREWRITEAOF.self,
            BGSAVE.self,
            CLIENT.self,
            CONFIG.self,
            DEBUG.self,
            FAILOVER.self,
            HELLO.self,
            INFO.self,
            LASTSAVE.self,
            LATENCY.self,
            FUNCTION.self,
            MIGRATE.self,
            MODULE.self,
            PSYNC.self,
            REPLCONF.self,
            REPLICAOF.self,
            ROLE.self,
            SAVE.self,
            SHUTDOWN.self,
            SLAVEOF.self,
            SLOWLOG.self,
            SYNC.self,
            TIME.self,
            WAIT.self,
            WAITAOF.self,
        ]
    }
}
