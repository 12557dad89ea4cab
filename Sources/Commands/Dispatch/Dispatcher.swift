// SPDX-License-Identifier: Apache-2.0

import Containers
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
    /// What scripts run on, if there is anything.
    public var scripts: (any ScriptRunner)?
    /// Whether scripts may run every command, for tests: DEBUG SET-DISABLE-DENY-SCRIPTS.
    public var allowsAllInScripts = false
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
    var isObserved = false {
        didSet { admission.concerns.set(.observed, to: isObserved) }
    }
    /// Whether pushes have been made since the batch began.
    var isUnsettled = false
    /// The client whose request runs, if it may push; 0 while none does.
    var currentID: Int64 = 0
    /// The clients whose connections are to be told of output.
    var woken: [Session] = []
    /// The message that is being pushed.
    var pushed = ReplyWriter(capacity: 256)
    /// What the running request has pushed to its own client.
    var ownPushes = ReplyWriter(capacity: 0)
    /// When a command that has slept in a transaction woke, in milliseconds since 1970.
    public var lateMilliseconds: Int64 = 0
    /// Bytes of pushes in front of the running request's reply.
    var leadingBytes = 0
    public var errorCounts = ErrorCounts()
    public var timing = CommandTiming()
    public internal(set) var commandCount: Int64 = 0

    /// Who may do what.
    public var access: AccessControl {
        didSet { admission.guardsDefaultUser = access.guardsDefaultUser }
    }

    /// - Parameter names: what commands are called instead of their own names, as
    ///   ``CommandTable/init(_:renamed:)``.
    public init(
        commands: [any Command.Type] = CommandCatalog.all, renamed names: [String: String] = [:]
    ) {
        table = CommandTable(commands, renamed: names)
        access = AccessControl(table)
    }
}

/// What may be refused before a command's body is reached.
public struct Admission {
    /// What is the case for all clients and makes requests more than plain.
    public internal(set) var concerns: Concerns = []
    /// Whether the default user may not do everything, or not without a password.
    var guardsDefaultUser = false {
        didSet { concerns.set(.access, to: guardsDefaultUser) }
    }
    /// Whether the server is still loading its files.
    public var isLoading = false {
        didSet { concerns.set(.loading, to: isLoading) }
    }
    /// Whether memory stands over `maxmemory` and nothing could be evicted; asked only for commands
    /// that may need more. Nil while memory is not limited.
    public var isOutOfMemory: (() -> Bool)? {
        didSet { concerns.set(.memory, to: isOutOfMemory != nil) }
    }
    /// Evicts keys while memory stands over `maxmemory`; called before ``isOutOfMemory`` is asked.
    public var makeRoom: ((inout Keyspace) -> Void)?
    /// Why writes are refused, as after a failed snapshot; nil while they are not.
    public var writeRefusal: ErrorReply? {
        didSet { concerns.set(.writeRefusal, to: writeRefusal != nil) }
    }
    /// What clients are told while a script runs for too long; nil while none does.
    public var busy: ErrorReply? {
        didSet { concerns.set(.busy, to: busy != nil) }
    }

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
        keyspace.selected = call.session.database
        keyspace.nowMilliseconds = call.nowMilliseconds
        commandCount &+= 1
        call.session.commandCount &+= 1
        call.mayBlock = true
        let foresight = call.foresight ?? foresee(call.arguments, in: keyspace)
        call.foresight = nil
        if let key = foresight.key { keyspace.rememberHash(foresight.hash, of: key) }
        defer {
            keyspace.forgetHash()
            keyspace.settle()
        }
        do throws(ErrorReply) {
            if let index = foresight.command, isPlain(index, call) {
                call.arguments.rewind(nameCount: 1)
                try run(table.facts[index].body, table.entries[index], &call, in: &keyspace)
            } else {
                try route(&call, in: &keyspace)
            }
        } catch {
            call.reply.truncate(to: start + leadingBytes)
            failed(error, &call)
        }
        guard call.isSettled, !isUnsettled, keyspace.readyKeys.isEmpty,
            call.session.concerns.isEmpty, !keyspace.lapsed.isNoted
        else {
            return finish(&call, from: start, in: &keyspace)
        }
        return .done
    }

    /// Whether the command at `index` may run at once: the number of arguments is right, and what
    /// is the case does not touch it.
    @inline(__always)
    private func isPlain(_ index: Int, _ call: borrowing Call) -> Bool {
        let present = admission.concerns.union(call.session.concerns)
        return table.facts[index].concerns.isDisjoint(with: present)
            && table.facts[index].counts.contains(call.arguments.count)
    }

    /// What is left to do when a request has done more than write its reply.
    @inline(never)
    private mutating func finish(
        _ call: inout Call, from start: Int, in keyspace: inout Keyspace
    ) -> Outcome {
        call.forgetRedactions()
        if let request = call.blockedRequest {
            call.blockedRequest = nil
            let words = request.arguments ?? call.arguments.copies()
            block(call.session, request, words, in: &keyspace)
            if isUnsettled { settleRequest(&call) }
            serveReadyKeys(&call, in: &keyspace)
            return .blocked
        }
        if call.session.replyMode != .on { suppressReply(&call, from: start + leadingBytes) }
        if isUnsettled { settleRequest(&call) }
        serveReadyKeys(&call, in: &keyspace)
        return call.detached == nil ? .done : .detached
    }

    /// Lets those who wait for keys go on, but not in the middle of a script.
    private mutating func serveReadyKeys(_ call: inout Call, in keyspace: inout Keyspace) {
        if keyspace.lapsed.isNoted { keyspace.removeLapsed() }
        guard !keyspace.readyKeys.isEmpty, admission.busy == nil else { return }
        // A command may have slept.
        let latest = Swift.max(keyspace.nowMilliseconds, lateMilliseconds)
        lateMilliseconds = 0
        let now = Swift.max(call.nowMicroseconds, latest * 1000)
        serveBlocked(in: &keyspace, at: now)
        // Others that were served may have pushed something to this client.
        call.session.takeOutput(into: &call.reply)
    }

    /// The long way of a request: finds the command, looks at all that may be the case, and runs or
    /// queues it.
    @inline(never)
    private mutating func route(
        _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        let session = call.session
        currentID = session.id
        keyspace.marksUse = !session.isNoTouch
        defer { keyspace.marksUse = true }
        let entry: CommandEntry
        do {
            entry = try find(&call)
            admission.makeRoom?(&keyspace)
            try admit(entry, &call)
        } catch {
            throw rejected(error, &call, in: &keyspace)
        }
        if isObserved { settleBeforeRun(&call, in: keyspace) }
        if session.transaction != nil, !entry.flags.contains(.notQueued) {
            if entry.flags.contains(.noMulti) {
                session.transaction?.isBroken = true
                throw ErrorReply("ERR Command not allowed inside a transaction")
            }
            session.transaction?.queue.append(call.arguments.copies())
            if entry.flags.contains(.denyOutOfMemory) { session.transaction?.needsMemory = true }
            if entry.isWrite { session.transaction?.writes = true }
            call.reply.simple("QUEUED")
            return
        }
        try run(entry, &call, in: &keyspace)
    }

    /// What to answer to a command that was refused before it ran; inside MULTI it breaks the
    /// transaction, and an EXEC ends it.
    private mutating func rejected(
        _ error: ErrorReply, _ call: inout Call, in keyspace: inout Keyspace
    ) -> ErrorReply {
        let session = call.session
        guard call.arguments[0].equalsIgnoringCase("EXEC") else {
            session.transaction?.isBroken = true
            return error
        }
        session.transaction = nil
        session.unwatchAll(in: &keyspace)
        // Whoever has seen the MULTI is shown that it is over.
        if !monitors.isEmpty, let exec = table.find(call.arguments[0]) {
            feedMonitors(exec, call, keyspace.selected)
        }
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
            guard hasMore else { throw .wrongArgumentCount(entry.shownName) }
            guard let subcommand = table.find(call.arguments[1], of: entry) else {
                throw Self.unknownSubcommand(call.arguments[1], of: entry)
            }
            entry = subcommand
            call.arguments.rewind(nameCount: 2)
        }
        let count = call.arguments.count
        guard count >= entry.minimumCount, count <= entry.maximumCount else {
            entry.rejectedCount += 1
            throw .wrongArgumentCount(entry.shownName)
        }
        return entry
    }

    mutating func admit(_ entry: CommandEntry, _ call: inout Call) throws(ErrorReply) {
        if call.session.user != nil || access.guardsDefaultUser {
            do {
                try authorize(entry, call)
            } catch {
                entry.rejectedCount += 1
                throw error
            }
        }
        if let busy = admission.busy, !entry.flags.contains(.allowBusy) {
            entry.rejectedCount += 1
            throw busy
        }
        if admission.isLoading, !entry.flags.contains(.loading) {
            entry.rejectedCount += 1
            throw ErrorReply("LOADING Engram is loading the dataset in memory")
        }
        if needsMemory(entry, call.session), admission.isOutOfMemory?() == true {
            entry.rejectedCount += 1
            throw .outOfMemory
        }
        if let refusal = admission.writeRefusal, writes(entry, call.session) {
            entry.rejectedCount += 1
            throw refusal
        }
        if call.session.isRestricted { try admitWhileListening(entry, call.session) }
    }

    /// Whether a command may change keys, or runs a transaction with one that may.
    private func writes(_ entry: CommandEntry, _ session: Session) -> Bool {
        if entry.isWrite { return true }
        return entry.flags.contains(.runsTransaction) && session.transaction?.writes == true
    }

    /// Whether a command may take more memory: as declared, by being queued in a transaction, or by
    /// running one that holds such commands.
    private func needsMemory(_ entry: CommandEntry, _ session: Session) -> Bool {
        if entry.flags.contains(.denyOutOfMemory) { return true }
        guard let transaction = session.transaction else { return false }
        return entry.flags.contains(.notQueued)
            ? entry.flags.contains(.runsTransaction) && transaction.needsMemory : true
    }

    /// Runs a command whose arguments have been checked.
    mutating func run(
        _ entry: CommandEntry, _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        guard isObserved else { return try run(entry.body, entry, &call, in: &keyspace) }
        expireKeys(of: entry, call, in: &keyspace)
        do throws(ErrorReply) {
            try run(entry.body, entry, &call, in: &keyspace)
        } catch {
            observe(entry, call, in: &keyspace)
            throw error
        }
        observe(entry, call, in: &keyspace)
    }

    @inline(__always)
    private mutating func run(
        _ body: CommandBody, _ entry: CommandEntry, _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        entry.callCount &+= 1
        // Mostly it is the same command again, and then no references are counted.
        if call.session.lastEntry !== entry { call.session.lastEntry = entry }
        call.reply.isRESP3 = call.session.protocolVersion == 3
        let start = timing.lastTicks
        defer { noteEnd(of: entry, &call, since: start) }
        do throws(ErrorReply) {
            switch body {
            case .read(let body): try body.run(&call, in: keyspace)
            case .write(let body): try body.run(&call, in: &keyspace)
            case .session(let body): try body.run(&call, in: &keyspace, by: &self)
            case .host(let body):
                guard let host else { throw ErrorReply("ERR this command needs a server") }
                try body.run(&call, in: &keyspace, by: &self, of: host)
            case .container: throw ErrorReply.wrongArgumentCount(entry.fullName)
            case .help: writeHelp(entry, &call)
            }
        } catch {
            entry.failedCount &+= 1
            throw error
        }
    }

    /// Adds what a call took to what is known of its command. The call is inout because one that
    /// is borrowed would be copied, all of its bytes, which took a tenth of a GET.
    @inline(__always)
    private mutating func noteEnd(
        of entry: CommandEntry, _ call: inout Call, since start: UInt64
    ) {
        let now = CycleClock.ticks()
        timing.lastTicks = now
        // One that waits is called again when it is served.
        guard call.blockedRequest == nil else { return }
        let spent = now &- start
        entry.ticks &+= spent
        if timing.isTracked { entry.histogram.record(timing.nanoseconds(spent)) }
        if spent >= timing.slowTicks { noteSlow(entry, &call, spent) }
    }

    @inline(never)
    private mutating func noteSlow(_ entry: CommandEntry, _ call: inout Call, _ spent: UInt64) {
        host?.commandWasSlow(
            entry, call, microseconds: Int64(clamping: CycleClock.nanoseconds(spent) / 1000))
    }

    mutating func countFailure(_ error: ErrorReply) {
        errorCounts.add(error.code)
        if !errorCounts.abandonedCodes.isEmpty { host?.errorCountingEnded(&errorCounts) }
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
        let name = (entry.containerName ?? entry.fullName).uppercased()
        let lines =
            ["\(name) <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"] + entry.help
            + ["HELP", "    Print this help."]
        call.reply.array(lines.count)
        for line in lines { ByteString(line).withBytes { call.reply.simple($0) } }
    }

    public mutating func resetStatistics() {
        commandCount = 0
        errorCounts = ErrorCounts()
        timing.reset()
        access.log.resetCounts()
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
        let shown = ByteString(name[0..<min(128, name.count)]).array
        let container = entry.fullName.uppercased()
        return ErrorReply(
            ByteString(
                Array("ERR unknown subcommand '".utf8) + shown
                    + Array("'. Try \(container) HELP.".utf8)))
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
            try authorizeQueued(entry, inner)
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
