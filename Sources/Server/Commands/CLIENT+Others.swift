// SPDX-License-Identifier: Apache-2.0

import Commands
import Glibc
import Primitives
import RESP
import Store

extension CLIENT {
    enum KILL: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "KILL",
            summary: "Terminates open connections.",
            group: .connection, since: "2.4.0",
            complexity: "O(N) where N is the number of client connections", arity: .atLeast(3),
            flags: [.admin, .dangerous, .noScript, .loading, .stale],
            syntax: "old-format | filter value [filter value ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let caller = try host.client(of: call)
            if call.arguments.count == 3 {
                let address = try call.arguments.next().description
                let victims = host.clients.values.filter { $0.address == address }
                guard !victims.isEmpty else { throw .noSuchClient }
                host.kill(victims, by: caller, &call)
                return call.reply.ok()
            }
            let filter = try ClientFilter(&call.arguments, dispatcher.access)
            let victims = host.clients.values.filter {
                filter.matches($0, caller: caller, at: call.nowMilliseconds)
            }
            host.kill(victims, by: caller, &call)
            call.reply.integer(victims.count)
        }
    }

    enum LIST: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LIST",
            summary: "Lists open connections.",
            group: .connection, since: "2.4.0",
            complexity: "O(N) where N is the number of client connections", arity: .atLeast(2),
            flags: [.admin, .dangerous, .noScript, .loading, .stale],
            syntax: "[TYPE client-type | ID client-id:integer [client-id ...]]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            var shown = host.clientsByAge
            if call.arguments.remaining == 2, call.arguments.consume("TYPE") {
                let type = try ClientFilter.ClientType(try call.arguments.next())
                shown = shown.filter { type.matches($0) }
            } else if call.arguments.remaining >= 2, call.arguments.consume("ID") {
                shown = []
                while call.arguments.hasMore {
                    let id = try call.arguments.integer(else: ErrorReply("ERR Invalid client ID"))
                    if let client = host.clients[id] { shown.append(client) }
                }
            } else if call.arguments.hasMore {
                throw .syntax
            }
            let now = call.nowMilliseconds
            call.reply.verbatim(ByteString(shown.map { $0.line(at: now) + "\n" }.joined()))
        }
    }

    enum PAUSE: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "PAUSE",
            summary: "Suspends commands processing.",
            group: .connection, since: "3.0.0", complexity: "O(1)", arity: .atLeast(3),
            flags: [.admin, .dangerous, .noScript, .loading, .stale],
            syntax: "timeout:integer [WRITE | ALL]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            guard call.arguments.count <= 4 else { throw .badSubcommand("PAUSE", of: "CLIENT") }
            let isForWritesOnly =
                call.arguments.count == 4
                && call.arguments[3].equalsIgnoringCase("WRITE")
            let isForAll = call.arguments.count == 3 || call.arguments[3].equalsIgnoringCase("ALL")
            guard isForWritesOnly || isForAll else {
                throw ErrorReply("ERR CLIENT PAUSE mode must be WRITE or ALL")
            }
            let timeout = try call.arguments.integer(
                else: ErrorReply("ERR timeout is not an integer or out of range"))
            guard timeout >= 0 else { throw .negativeTimeout }
            let (end, overflow) = call.nowMilliseconds.addingReportingOverflow(timeout)
            guard !overflow else { throw ErrorReply("ERR timeout is out of range") }
            host.beginPause(
                Host.Pause(
                    endMilliseconds: max(end, host.pause?.endMilliseconds ?? 0),
                    isForWritesOnly: isForWritesOnly),
                in: keyspace)
            call.reply.ok()
        }
    }

    enum UNBLOCK: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "UNBLOCK",
            summary: "Unblocks a client blocked by a blocking command from a different connection.",
            group: .connection, since: "5.0.0",
            complexity: "O(log N) where N is the number of client connections", arity: .atLeast(3),
            flags: [.admin, .dangerous, .noScript, .loading, .stale],
            syntax: "client-id:integer [TIMEOUT | ERROR]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            guard call.arguments.count <= 4 else { throw .badSubcommand("UNBLOCK", of: "CLIENT") }
            var error: ErrorReply?
            if call.arguments.count == 4 {
                if call.arguments[3].equalsIgnoringCase("ERROR") {
                    error = ErrorReply("UNBLOCKED client unblocked via CLIENT UNBLOCK")
                } else if !call.arguments[3].equalsIgnoringCase("TIMEOUT") {
                    throw ErrorReply("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
                }
            }
            let id = try call.arguments.integer()
            guard let client = host.clients[id], client.session.blocked != nil else {
                return call.reply.integer(0)
            }
            dispatcher.unblock(client.session, with: error, in: &keyspace)
            call.reply.integer(1)
        }
    }

    enum UNPAUSE: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "UNPAUSE",
            summary: "Resumes processing commands from paused clients.",
            group: .connection, since: "6.2.0",
            complexity: "O(N) Where N is the number of paused clients", arity: .exactly(2),
            flags: [.admin, .dangerous, .noScript, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            host.endPause(in: keyspace)
            let waiting = host.clients.values.filter(\.isPostponed)
            guard call.mayBlock, !waiting.isEmpty else { return call.reply.ok() }
            call.detached = PauseEndWork(waiting, executor: host.executor)
        }
    }
}

/// The end of a CLIENT UNPAUSE: whoever has asked for it may rely on the others having gone on.
private final class PauseEndWork: DetachedWork, @unchecked Sendable {
    /// Longer nobody waits for a client that does not come back.
    private static let patienceMilliseconds = 100

    let isCheap = false
    private let clients: [Client]
    private let executor: Executor

    init(_ clients: [Client], executor: Executor) {
        self.clients = clients
        self.executor = executor
    }

    func run(_ reply: inout ReplyWriter) {
        for _ in 0..<Self.patienceMilliseconds {
            let areWaiting = executor.withState { _, _ in clients.contains(where: \.isPostponed) }
            if !areWaiting { break }
            usleep(1000)
        }
        reply.ok()
    }
}

/// What CLIENT KILL's options ask for: a client must match them all.
struct ClientFilter {
    private var id: Int64?
    private var address: String?
    private var localAddress: String?
    private var type: ClientType?
    private var maximumAgeSeconds: Int64?
    private var user: ByteString?
    private var skipsCaller = true

    init(_ arguments: inout Arguments, _ access: AccessControl) throws(ErrorReply) {
        while arguments.hasMore {
            guard arguments.remaining >= 2 else { throw .syntax }
            try readOption(&arguments, access)
        }
    }

    private mutating func readOption(
        _ arguments: inout Arguments, _ access: AccessControl
    ) throws(ErrorReply) {
        if arguments.consume("ID") {
            id = try arguments.integer(
                in: 1...Int64.max, else: ErrorReply("ERR client-id should be greater than 0"))
        } else if arguments.consume("MAXAGE") {
            let age = try arguments.integer(
                else: ErrorReply("ERR maxage is not an integer or out of range"))
            guard age > 0 else { throw ErrorReply("ERR maxage should be greater than 0") }
            maximumAgeSeconds = age
        } else if arguments.consume("TYPE") {
            type = try ClientType(try arguments.next())
        } else if arguments.consume("ADDR") {
            address = try arguments.next().description
        } else if arguments.consume("LADDR") {
            localAddress = try arguments.next().description
        } else if arguments.consume("USER") {
            let name = try arguments.next()
            user = ByteString(name)
            guard access.user(named: ByteString(name)) != nil else {
                throw ErrorReply("ERR No such user '", name, "'")
            }
        } else if arguments.consume("SKIPME") {
            skipsCaller = arguments.consume("YES")
            guard skipsCaller || arguments.consume("NO") else { throw .syntax }
        } else {
            throw .syntax
        }
    }

    /// What CLIENT calls the types of clients. There are no masters or replicas yet.
    enum ClientType {
        case normal
        case pubSub
        case other

        init(_ name: Bytes) throws(ErrorReply) {
            if name.equalsIgnoringCase("normal") {
                self = .normal
            } else if name.equalsIgnoringCase("pubsub") {
                self = .pubSub
            } else if name.equalsIgnoringCase("master") || name.equalsIgnoringCase("replica")
                || name.equalsIgnoringCase("slave")
            {
                self = .other
            } else {
                throw ErrorReply("ERR Unknown client type '", name, "'")
            }
        }

        func matches(_ client: Client) -> Bool {
            switch self {
            case .normal: client.kind == .normal
            case .pubSub: client.kind == .pubSub
            case .other: client.kind == .replica
            }
        }
    }

    func matches(_ client: Client, caller: Client, at nowMilliseconds: Int64) -> Bool {
        guard !client.isKilled else { return false }
        if let type, !type.matches(client) { return false }
        if let user, client.session.userName != user { return false }
        if let id, client.session.id != id { return false }
        if let address, client.address != address { return false }
        if let localAddress, client.localAddress != localAddress { return false }
        if let maximumAgeSeconds {
            let age = (nowMilliseconds - client.createdMilliseconds) / 1000
            guard age >= maximumAgeSeconds else { return false }
        }
        return !(skipsCaller && client === caller)
    }
}

extension ErrorReply {
    static func badSubcommand(_ name: String, of container: String) -> ErrorReply {
        ErrorReply(
            "ERR unknown subcommand or wrong number of arguments for '\(name)'. "
                + "Try \(container) HELP.")
    }
}

extension Host {
    /// Ends connections; the caller's own after it has its reply.
    func kill(_ victims: [Client], by caller: Client, _ call: inout Call) {
        for victim in victims where victim !== caller { victim.kill() }
        if victims.contains(where: { $0 === caller }) { call.closesConnection = true }
    }
}
