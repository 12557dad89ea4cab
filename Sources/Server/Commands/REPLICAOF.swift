// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Primitives
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
        let timeout = try call.replicationTimeout()
        guard replicas > 0 else { return call.reply.integer(0) }
        call.wait(timeoutMilliseconds: timeout, onTimeout: .integer(0))
    }
}

/// Waits until the log of this server, or of replicas, has what this client wrote.
enum WAITAOF: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "WAITAOF",
        summary:
            "Blocks until all of the preceding write commands sent by the connection are written "
            + "to the append-only file of the master and/or replicas.",
        group: .generic,
        since: "7.2.0",
        complexity: "O(1)",
        arity: .exactly(4),
        flags: [.blocking],
        syntax: "numlocal:integer numreplicas:integer timeout:integer"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        let local = try call.arguments.integer()
        guard (0...1).contains(local) else {
            throw ErrorReply("ERR value is out of range, value must between 0 and 1")
        }
        let replicas = try call.arguments.integer(in: 0...Int64.max, else: .mustBePositive)
        let timeout = try call.replicationTimeout()
        guard local == 0 else {
            throw ErrorReply(
                "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.")
        }
        guard replicas > 0 else {
            call.reply.array(2)
            call.reply.integer(0)
            call.reply.integer(0)
            return
        }
        call.wait(timeoutMilliseconds: timeout, onTimeout: .integers([0, 0]))
    }
}

/// Hands the role of the master over to a replica; there are none.
enum FAILOVER: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "FAILOVER",
        summary: "Starts a coordinated failover from a server to one of its replicas.",
        group: .server,
        since: "6.2.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.admin, .dangerous, .noScript, .stale],
        syntax: "[TO host port:integer [FORCE]] [ABORT] [TIMEOUT milliseconds:integer]"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        if call.arguments.count == 2, call.arguments.consume("ABORT") {
            throw ErrorReply("ERR No failover in progress.")
        }
        var hasTimeout = false
        var hasTarget = false
        var isForced = false
        while call.arguments.hasMore {
            if !hasTimeout, call.arguments.remaining > 1, call.arguments.consume("TIMEOUT") {
                hasTimeout = true
                guard try call.arguments.integer() > 0 else {
                    throw ErrorReply("ERR FAILOVER timeout must be greater than 0")
                }
            } else if !hasTarget, call.arguments.remaining > 2, call.arguments.consume("TO") {
                hasTarget = true
                _ = try call.arguments.next()
                _ = try call.arguments.integer()
            } else if !isForced, call.arguments.consume("FORCE") {
                isForced = true
            } else {
                throw .syntax
            }
        }
        throw ErrorReply("ERR FAILOVER requires connected replicas.")
    }
}

/// What a replica says of itself before it asks for data.
enum REPLCONF: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "REPLCONF",
        summary: "An internal command for configuring the replication stream.",
        group: .server,
        since: "3.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.admin, .dangerous, .noScript, .loading, .stale, .allowBusy]
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        guard !call.arguments.count.isMultiple(of: 2) else { throw .syntax }
        while call.arguments.hasMore {
            if call.arguments.consume("listening-port") {
                _ = try call.arguments.integer()
            } else if call.arguments.consume("rdb-only") {
                let client = try host.client(of: call)
                client.wantsSnapshotOnly = try call.arguments.integer() == 1
            } else if call.arguments.consume("ip-address") || call.arguments.consume("capa") {
                _ = try call.arguments.next()
            } else {
                throw ErrorReply("ERR Unrecognized REPLCONF option: ", try call.arguments.next())
            }
        }
        call.reply.ok()
    }
}

/// Asks for all data and every change from then on. Engram does not serve replicas yet: it gives
/// the data alone, to those who have said that they want no more.
enum SYNC: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "SYNC",
        summary: "An internal command used in replication.",
        group: .server,
        since: "1.0.0",
        complexity: "",
        arity: .exactly(1),
        flags: [.admin, .dangerous, .noScript, .noMulti]
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        guard try host.client(of: call).wantsSnapshotOnly else {
            throw ErrorReply(
                "ERR Engram does not serve replicas yet; REPLCONF rdb-only 1 asks for a snapshot "
                    + "alone")
        }
        call.detached = SnapshotTransfer(keyspace.snapshot(), Persistence.header(for: host))
    }
}

/// Writes a snapshot as a replica expects it.
private final class SnapshotTransfer: DetachedWork, @unchecked Sendable {
    let isCheap = false
    private let snapshot: KeyspaceSnapshot
    private let header: Snapshot.Header

    init(_ snapshot: KeyspaceSnapshot, _ header: Snapshot.Header) {
        self.snapshot = snapshot
        self.header = header
    }

    func run(_ reply: inout ReplyWriter) {
        let bytes = ByteString(Snapshot.encode(snapshot, header: header))
        // A bulk string, but for the end of its line.
        ByteString("$\(bytes.count)\r\n").withBytes { reply.raw($0) }
        bytes.withBytes { reply.raw($0) }
    }
}

/// As ``SYNC``, from a place in the stream of changes.
enum PSYNC: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "PSYNC",
        summary: "An internal command used in replication.",
        group: .server,
        since: "2.8.0",
        complexity: "",
        arity: .atLeast(3),
        flags: [.admin, .dangerous, .noScript, .noMulti],
        syntax: "replicationid offset:integer"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        try SYNC.run(&call, in: &keyspace, by: &dispatcher, on: host)
    }
}

extension Call {
    /// The next argument as how long to wait, in milliseconds.
    fileprivate mutating func replicationTimeout() throws(ErrorReply) -> Int64 {
        let timeout = try arguments.integer(
            else: ErrorReply("ERR timeout is not an integer or out of range"))
        guard timeout >= 0 else { throw .negativeTimeout }
        guard !timeout.addingReportingOverflow(nowMilliseconds).overflow else {
            throw ErrorReply("ERR timeout is out of range")
        }
        return timeout
    }
}
