// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Runs requests against the keyspace: all branching between a request and its command's body is
/// here, in order.
///
/// A deterministic state machine: what it does follows from the requests, the times given with them
/// and the keyspace's random source alone.
public struct Dispatcher: ~Copyable {
    public let table: CommandTable
    /// The server, handed to ``HostCommand``s. It owns the dispatcher, so it outlives it.
    public unowned var host: (any CommandHost)?
    /// Checks a command before it runs; throws what to answer instead.
    public var admission: Admission = Admission()
    var blockedSessions = BlockedSessions()
    /// Who listens to which channels.
    var subscribers = SubscriberTable()
    /// Which clients may have which keys in their caches.
    var tracking = TrackingTable()
    /// The clients that see all requests.
    var monitors: [Session] = []
    public internal(set) var notifications = NotificationSettings()
    /// Whether anybody listens to what all requests do.
    var isObserved = false
    /// Whether pushes have been made since the batch began.
    var isUnsettled = false
    /// The client whose request runs, 0 while none does.
    var currentID: Int64 = 0
    /// The clients whose connections are to be told of output.
    var woken: [Session] = []
    /// The message that is being pushed.
    var pushed = ReplyWriter(capacity: 256)
    /// What the running request has pushed to its own client.
    var ownPushes = ReplyWriter(capacity: 0)
    /// Bytes of pushes in front of the running request's reply.
    var leadingBytes = 0
    /// Error replies by code, as INFO errorstats counts them.
    public internal(set) var errorCounts: [String: Int64] = [:]
    public internal(set) var commandCount: Int64 = 0

    public init(commands: [any Command.Type] = CommandCatalog.all) {
        table = CommandTable(commands)
    }
}

/// What may be refused before a command's body is reached.
public struct Admission {
    /// Whether clients must authenticate.
    public var requiresPassword = false
    /// Whether the server is still loading its files.
    public var isLoading = false
    /// Whether memory stands over `maxmemory` and nothing could be evicted; asked only for commands
    /// that may need more.
    public var isOutOfMemory: () -> Bool = { false }
    /// Why writes are refused, as after a failed snapshot; nil while they are not.
    public var writeRefusal: () -> ErrorReply? = { nil }

    public init() {}
}

extension Dispatcher {
    /// What the caller does next.
    public enum Outcome {
        /// The reply is written.
        case done
        /// The client waits; requests behind this one stay unread until it is woken.
        case blocked
        /// ``Call/detached`` is to be run without the keyspace.
        case detached
    }

    /// Answers the request in `call.arguments`.
    public mutating func dispatch(_ call: inout Call, in keyspace: inout Keyspace) -> Outcome {
        let start = call.reply.count
        let session = call.session
        keyspace.selected = session.database
        keyspace.nowMilliseconds = call.nowMilliseconds
        commandCount &+= 1
        session.commandCount &+= 1
        call.mayBlock = true
        currentID = session.id
        do {
            try route(&call, in: &keyspace)
        } catch {
            call.reply.truncate(to: start + leadingBytes)
            failed(error, &call)
        }
        if let request = call.blockedRequest {
            call.blockedRequest = nil
            block(session, request, call.arguments.copies(), in: &keyspace)
            if isUnsettled { settleRequest(&call) }
            if !keyspace.readyKeys.isEmpty { serveBlocked(in: &keyspace, at: call.nowMicroseconds) }
            return .blocked
        }
        if session.replyMode != .on { suppressReply(&call, from: start + leadingBytes) }
        if isUnsettled || isObserved { settleRequest(&call) }
        if !keyspace.readyKeys.isEmpty {
            serveBlocked(in: &keyspace, at: call.nowMicroseconds)
            // Others that were served may have pushed something to this client.
            session.takeOutput(into: &call.reply)
        }
        return call.detached == nil ? .done : .detached
    }

    /// Finds the command and runs or queues it.
    private mutating func route(
        _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        let session = call.session
        let entry: CommandEntry
        do {
            entry = try find(&call)
            try admit(entry, &call)
        } catch {
            throw rejected(error, &call, in: &keyspace)
        }
        if session.transaction != nil, !entry.flags.contains(.notQueued) {
            if entry.flags.contains(.noMulti) {
                session.transaction?.isBroken = true
                throw ErrorReply("ERR Command not allowed inside a transaction")
            }
            session.transaction?.queue.append(call.arguments.copies())
            call.reply.simple("QUEUED")
            return
        }
        if isObserved { settleBeforeRun(&call, in: keyspace) }
        try run(entry, &call, in: &keyspace)
    }

    /// What to answer to a command that was refused before it ran; inside MULTI it breaks the
    /// transaction, and an EXEC ends it.
    private func rejected(
        _ error: ErrorReply, _ call: inout Call, in keyspace: inout Keyspace
    ) -> ErrorReply {
        let session = call.session
        guard call.arguments[0].equalsIgnoringCase("EXEC") else {
            session.transaction?.isBroken = true
            return error
        }
        session.transaction = nil
        session.unwatchAll(in: &keyspace)
        let reason = error.message.array.drop { $0 != UInt8(ascii: " ") }.dropFirst()
        return ErrorReply(
            ByteString(
                Array("EXECABORT Transaction discarded because of: ".utf8)
                    + (error.code == "ERR" ? Array(reason) : error.message.array)))
    }

    /// The command that the arguments name, with its arity checked.
    func find(_ call: inout Call) throws(ErrorReply) -> CommandEntry {
        guard var entry = table.find(call.arguments[0]) else {
            throw Self.unknownCommand(call.arguments)
        }
        call.arguments.rewind(nameCount: 1)
        // COMMAND alone has both subcommands and a body of its own.
        let hasMore = call.arguments.count > 1
        if entry.body.isContainer || (hasMore && !entry.subcommands.isEmpty) {
            guard hasMore else { throw .wrongArgumentCount(entry.fullName) }
            if call.arguments[1].equalsIgnoringCase("HELP") {
                guard call.arguments.count == 2 else {
                    throw .wrongArgumentCount("\(entry.fullName)|help")
                }
                return entry
            }
            guard let subcommand = table.find(call.arguments[1], of: entry) else {
                throw Self.unknownSubcommand(call.arguments[1], of: entry)
            }
            entry = subcommand
            call.arguments.rewind(nameCount: 2)
        }
        let count = call.arguments.count
        guard count >= entry.minimumCount, count <= entry.maximumCount else {
            entry.rejectedCount += 1
            throw .wrongArgumentCount(entry.fullName)
        }
        return entry
    }

    func admit(_ entry: CommandEntry, _ call: inout Call) throws(ErrorReply) {
        if admission.requiresPassword, !call.session.isAuthenticated,
            !entry.flags.contains(.noAuth)
        {
            entry.rejectedCount += 1
            throw .authenticationRequired
        }
        if admission.isLoading, !entry.flags.contains(.loading) {
            entry.rejectedCount += 1
            throw ErrorReply("LOADING Engram is loading the dataset in memory")
        }
        if entry.flags.contains(.denyOutOfMemory), admission.isOutOfMemory() {
            entry.rejectedCount += 1
            throw .outOfMemory
        }
        if entry.isWrite, let refusal = admission.writeRefusal() {
            entry.rejectedCount += 1
            throw refusal
        }
        if call.session.isRestricted { try admitWhileListening(entry, call.session) }
    }

    /// Runs a command whose arguments have been checked.
    mutating func run(
        _ entry: CommandEntry, _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        entry.callCount &+= 1
        if isObserved { expireKeys(of: entry, call, in: &keyspace) }
        // Mostly it is the same command again, and then no references are counted.
        if call.session.lastEntry !== entry { call.session.lastEntry = entry }
        call.reply.isRESP3 = call.session.protocolVersion == 3
        do throws(ErrorReply) {
            switch entry.body {
            case .read(let body): try body.run(&call, in: keyspace)
            case .write(let body): try body.run(&call, in: &keyspace)
            case .session where !entry.subcommands.isEmpty && call.arguments.count > 1:
                writeHelp(entry, &call)
            case .session(let body): try body.run(&call, in: &keyspace, by: &self)
            case .host(let body):
                guard let host else { throw ErrorReply("ERR this command needs a server") }
                try body.run(&call, in: &keyspace, by: &self, of: host)
            case .container: writeHelp(entry, &call)
            }
        } catch {
            entry.failedCount &+= 1
            if isObserved { observe(entry, call, in: &keyspace) }
            throw error
        }
        if isObserved { observe(entry, call, in: &keyspace) }
    }

    mutating func countFailure(_ error: ErrorReply) {
        errorCounts[error.code, default: 0] += 1
    }

    mutating func failed(_ error: ErrorReply, _ call: inout Call) {
        countFailure(error)
        call.reply.error(error)
    }

    private func suppressReply(_ call: inout Call, from start: Int) {
        switch call.session.replyMode {
        case .on: break
        case .off: call.reply.truncate(to: start)
        case .skipNext: call.session.replyMode = .skipping
        case .skipping:
            call.reply.truncate(to: start)
            call.session.replyMode = .on
        }
    }

    private func writeHelp(_ entry: CommandEntry, _ call: inout Call) {
        let name = entry.fullName.uppercased()
        let lines =
            ["\(name) <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"] + entry.help
            + ["HELP", "    Print this help."]
        call.reply.array(lines.count)
        for line in lines { call.reply.simple(ByteString(line).withBytes { $0 }) }
    }

    public mutating func resetStatistics() {
        commandCount = 0
        errorCounts = [:]
        for entry in table.entries { entry.resetStatistics() }
    }
}

extension Dispatcher {
    private static func unknownCommand(_ arguments: borrowing Arguments) -> ErrorReply {
        var text = Array("ERR unknown command '".utf8)
        text += ByteString(arguments[0][0..<min(128, arguments[0].count)]).array
        text += Array("', with args beginning with: ".utf8)
        var room = 128
        for index in 1..<max(1, arguments.count) {
            guard room > 0 else { break }
            let shown = ByteString(arguments[index][0..<min(room, arguments[index].count)]).array
            text += [UInt8(ascii: "'")] + shown + Array("' ".utf8)
            room -= shown.count + 3
        }
        return ErrorReply(ByteString(text))
    }

    private static func unknownSubcommand(_ name: Bytes, of entry: CommandEntry) -> ErrorReply {
        let shown = name[0..<min(128, name.count)].description
        let container = entry.fullName.uppercased()
        return ErrorReply("ERR unknown subcommand '\(shown)'. Try \(container) HELP.")
    }
}

extension Dispatcher {
    /// Runs one command of a transaction; its reply or error goes behind the others.
    mutating func runQueued(
        _ words: [ByteString], _ call: inout Call, in keyspace: inout Keyspace
    ) {
        var inner = Call(session: call.session, arguments: Arguments(words))
        inner.nowMicroseconds = call.nowMicroseconds
        inner.mayBlock = false
        inner.reply.isRESP3 = call.session.protocolVersion == 3
        swap(&inner.reply, &call.reply)
        let start = inner.reply.count
        do {
            let entry = try find(&inner)
            try run(entry, &inner, in: &keyspace)
            // Nothing may run between two commands of a transaction, so not later either.
            if let work = inner.detached {
                inner.detached = nil
                work.run(&inner.reply)
            }
        } catch {
            inner.reply.truncate(to: start)
            failed(error, &inner)
        }
        swap(&inner.reply, &call.reply)
        if inner.closesConnection { call.closesConnection = true }
        keyspace.selected = call.session.database
    }
}
