// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Logging
import Primitives
import RESP
import Scripting
import Store
import Synchronization
import Transport

/// The server, as its commands see it. All but ``nextClientID()`` is touched only by whoever holds
/// the keyspace.
final class Host: CommandHost, MemoryReporting, @unchecked Sendable {
    let executor: Executor
    let logger: Logger
    var identity = ServerIdentity()
    let persistence: Persistence
    var configuration: Configuration
    /// The connected clients by number.
    private(set) var clients: [Int64: Client] = [:]
    var statistics = ServerStatistics()
    var slowLog = SlowLog()
    var latencyMonitor = LatencyMonitor()
    var requestLimits = RequestLimits()
    /// When the room for replies of clients that say nothing is given back.
    var replyBuffers = ReplyBuffers()
    /// The client that has turned the removal of ended keys off; nil while it is on.
    private var expiryStopper: Int64?
    /// Whether ``tick()`` does nothing, for tests: DEBUG PAUSE-CRON.
    let isTimerPaused = Atomic<Bool>(false)
    /// Scripts and libraries of functions.
    let scripts = ScriptEngine()
    /// Where connections come from, once they do.
    var listener: Listener?
    /// When others were let in last while a script was running.
    var lastBusyMilliseconds: Int64 = 0
    /// CLIENT PAUSE, if it is on.
    private(set) var pause: Pause?
    /// The part of the configuration that is looked at often.
    private(set) var maximumClients = 10_000
    private(set) var queryBufferLimit = 1024 * 1024 * 1024
    var memory = MemoryAccount()
    private(set) var idleSeconds: Int64 = 0
    private(set) var outputLimits = OutputLimits()
    /// How many bytes of replies are looked at for the limits.
    private(set) var replyThreshold = RequestLoop.fullReplyBytes
    /// `maxmemory-clients` in bytes; 0 for no limit.
    private(set) var clientMemoryLimit = 0 {
        didSet { limitsClientMemory.store(clientMemoryLimit > 0, ordering: .relaxed) }
    }
    /// Whether there is such a limit; may be asked without the keyspace.
    let limitsClientMemory = Atomic<Bool>(false)
    /// What all clients cost, as far as it is counted.
    var clientMemory = 0
    let keySizes = KeySizesCache()
    let recallMonitor = RecallMonitor()
    /// Who was told that the server is ready: `systemd` or `no`.
    var supervision = "no"
    /// The `requirepass` that the default user was given last.
    private var appliedPassword = ""
    /// Ends the server; called once a SHUTDOWN has saved what it should.
    var end: @Sendable () -> Void = {}
    var isShuttingDown = false

    private let lastClientID = Atomic<Int64>(0)

    struct Pause {
        var endMilliseconds: Int64
        var isForWritesOnly: Bool
    }

    init(executor: Executor, configuration: Configuration, logger: Logger) {
        self.executor = executor
        self.configuration = configuration
        self.logger = logger
        persistence = Persistence(logger: logger)
    }
}

extension Host {
    func nextClientID() -> Int64 {
        lastClientID.add(1, ordering: .relaxed).newValue
    }

    /// Takes a client in.
    /// - Throws: what the client is told when it may not come in.
    func admit(
        _ session: Session, on connection: Connection, from remote: SocketAddress,
        at local: SocketAddress, _ nowMilliseconds: Int64, requiresPassword: Bool
    ) throws(ErrorReply) -> Client {
        let client = Client(
            host: self, session: session, connection: connection, address: remote,
            localAddress: local, nowMilliseconds: nowMilliseconds)
        guard clients.count < maximumClients else {
            statistics.rejectedConnections += 1
            throw ErrorReply("ERR max number of clients reached")
        }
        if !requiresPassword, configuration.isOn("protected-mode"), !client.isLocal {
            statistics.rejectedConnections += 1
            throw Self.protectedMode
        }
        statistics.connections += 1
        session.isAuthenticated = !requiresPassword
        session.defaultProtocolVersion = configuration.integer("client-default-resp")
        session.protocolVersion = session.defaultProtocolVersion
        session.address = client.address
        session.outboxCheckBytes = Client.smallOutputBytes
        session.onPressure = { [unowned self, unowned client] in _ = self.limitOutput(of: client) }
        clients[session.id] = client
        return client
    }

    func describe(_ session: Session, at nowMilliseconds: Int64) -> String {
        clients[session.id]?.line(at: nowMilliseconds) ?? ""
    }

    func forget(_ client: Client) {
        clients[client.session.id] = nil
        if expiryStopper == client.session.id { setActiveExpiry(true, by: client.session) }
        clientMemory -= client.countedMemory
        client.session.onOutput = {}
        client.session.onPressure = {}
    }

    /// Clients in the order in which they came.
    var clientsByAge: [Client] { clients.values.sorted { $0.session.id < $1.session.id } }

    private static let protectedMode = ErrorReply(
        "DENIED Engram is running in protected mode because protected mode is enabled and no "
            + "password is set for the default user. In this mode connections are only accepted "
            + "from the loopback interface. If you want to connect from external computers, use "
            + "'CONFIG SET protected-mode no' from a local client, start the server with "
            + "'--protected-mode no', or set a password with 'requirepass'.")
}

// MARK: - Configuration

extension Host {
    /// Brings everything in line with the configuration; called after every change of it.
    func applyConfiguration(_ keyspace: inout Keyspace, _ dispatcher: inout Dispatcher) {
        maximumClients = configuration.integer("maxclients")
        queryBufferLimit = configuration.integer("client-query-buffer-limit")
        memory.limit = configuration.integer("maxmemory")
        idleSeconds = Int64(configuration.integer("timeout"))
        applyClientLimits()
        dispatcher.limitTrackedKeys(configuration.integer("tracking-table-max-keys"))
        let notifications = NotificationSettings(configuration["notify-keyspace-events"])
        dispatcher.setNotifications(notifications, in: &keyspace)
        requestLimits.bulkLength = Int64(configuration.integer("proto-max-bulk-len"))
        keyspace.longestStringBytes = configuration.integer("proto-max-bulk-len")
        keyspace.recallBoard = configuration.isOn("recall-sampling") ? recallMonitor.board : nil
        keyspace.codec = DumpPayload(compresses: configuration.isOn("rdbcompression"))
        keyspace.hashLimits.maximumPackedFields = configuration.integer("hash-max-listpack-entries")
        keyspace.hashLimits.maximumPackedBytes = configuration.integer("hash-max-listpack-value")
        keyspace.sparseHyperLogLogBytes = configuration.integer("hll-sparse-max-bytes")
        keyspace.sortedSetLimits.maximumPackedMembers = configuration.integer(
            "zset-max-listpack-entries")
        keyspace.sortedSetLimits.maximumPackedBytes = configuration.integer(
            "zset-max-listpack-value")
        keyspace.setLimits.maximumIntegers = configuration.integer("set-max-intset-entries")
        keyspace.setLimits.maximumPackedMembers = configuration.integer("set-max-listpack-entries")
        keyspace.setLimits.maximumPackedBytes = configuration.integer("set-max-listpack-value")
        keyspace.listFill = configuration.integer("list-max-listpack-size")
        applyTiming(&dispatcher)
        dispatcher.access.log.maximumCount = configuration.integer("acllog-max-len")
        dispatcher.access.allowsAllChannels = configuration["acl-pubsub-default"] == "allchannels"
        // A password set by ACL SETUSER stays until `requirepass` itself is changed.
        if configuration["requirepass"] != appliedPassword {
            appliedPassword = configuration["requirepass"]
            dispatcher.access.setDefaultPassword(ByteString(appliedPassword))
        }
        applyEviction(&keyspace, &dispatcher)
        keyspace.streamLimits.maximumNodeBytes = configuration.integer("stream-node-max-bytes")
        keyspace.streamLimits.maximumNodeEntries = configuration.integer("stream-node-max-entries")
        updateAdmission(of: &dispatcher)
        scripts.busyMilliseconds = Int64(configuration.integer("busy-reply-threshold"))
        LogLevel.current.withLock { $0 = LogLevel.level(named: configuration["loglevel"]) }
    }

    private func applyClientLimits() {
        outputLimits = OutputLimits(configuration["client-output-buffer-limit"])
        replyThreshold = min(RequestLoop.fullReplyBytes, outputLimits.smallestBytes)
        let text = configuration["maxmemory-clients"]
        if text.hasSuffix("%") {
            let share = Int(text.dropLast()) ?? 0
            clientMemoryLimit = memory.limit / 100 * share
        } else {
            clientMemoryLimit = Int(text) ?? 0
        }
        // Below this a client could not even ask for another limit.
        if clientMemoryLimit > 0 { clientMemoryLimit = max(clientMemoryLimit, 128 << 10) }
    }

    /// What is measured of commands, and from when on one is slow.
    private func applyTiming(_ dispatcher: inout Dispatcher) {
        slowLog.thresholdMicroseconds = Int64(configuration.integer("slowlog-log-slower-than"))
        slowLog.maximumCount = configuration.integer("slowlog-max-len")
        latencyMonitor.thresholdMilliseconds =
            Int64(configuration.integer("latency-monitor-threshold"))
        dispatcher.timing.isTracked = configuration.isOn("latency-tracking")
        var limits: [Int64] = slowLog.isOn ? [slowLog.thresholdMicroseconds] : []
        if latencyMonitor.thresholdMilliseconds > 0 {
            limits.append(
                latencyMonitor.thresholdMilliseconds.multipliedReportingOverflow(by: 1000)
                    .partialValue)
        }
        let lowest = limits.min().map { UInt64(clamping: $0) }
        let nanoseconds = lowest.map { $0.multipliedReportingOverflow(by: 1000) }
        dispatcher.timing.slowTicks =
            switch nanoseconds {
            case .some((let value, false)): CycleClock.ticks(nanoseconds: value)
            default: .max
            }
    }

    /// Brings what the dispatcher lets through in line with the state of the server; called after
    /// every command about the server, and when a save has ended.
    func updateAdmission(of dispatcher: inout Dispatcher) {
        dispatcher.admission.writeRefusal =
            persistence.writeRefusal(configuration) ?? replicaRefusal
    }

    /// Why writes are refused when replicas are asked for: there are none.
    private var replicaRefusal: ErrorReply? {
        guard configuration.integer("min-replicas-to-write") > 0 else { return nil }
        return ErrorReply("NOREPLICAS Not enough good replicas to write.")
    }

    /// Where the keyspace is kept.
    var snapshotPath: String { "\(configuration["dir"])/\(configuration["dbfilename"])" }

}

// MARK: - DEBUG SET-ACTIVE-EXPIRE

extension Host {
    /// Has ended keys removed when they end, or only when somebody comes across them: the latter
    /// until it is taken back, or the client that asked for it is gone.
    func setActiveExpiry(_ isOn: Bool, by session: Session) {
        expiryStopper = isOn ? nil : session.id
        executor.isActiveExpiryOn.store(isOn, ordering: .relaxed)
    }
}

// MARK: - CLIENT PAUSE

extension Host {
    /// Makes clients wait; nothing is removed meanwhile because its time has come.
    func beginPause(_ pause: Pause, in keyspace: borrowing Keyspace) {
        self.pause = pause
        keyspace.lapsed.isHeld = true
        executor.isExpiryPaused.store(true, ordering: .relaxed)
    }

    func endPause(in keyspace: borrowing Keyspace) {
        pause = nil
        keyspace.lapsed.isHeld = false
        executor.isExpiryPaused.store(false, ordering: .relaxed)
    }
}

// MARK: - What happens without being asked

extension Host {
    /// How often ``tick()`` is called.
    static var tickMilliseconds: Int64 { 100 }

    /// Does what is due: called ten times a second, without the keyspace.
    func tick() {
        guard !isTimerPaused.load(ordering: .relaxed) else { return }
        let end = WallClock.microseconds() + 25_000
        let start = WallClock.microseconds()
        while executor.expireStep(), WallClock.microseconds() < end { executor.yieldToWaiting() }
        noteExpiry((WallClock.microseconds() - start) / 1000, at: start / 1_000_000)
        while evictStep(), WallClock.microseconds() < end {}
        executor.withState { state, now in
            guard !state.isBusy else { return }
            state.dispatcher.timing.startBatch(after: state.dispatcher.commandCount)
            defer { state.dispatcher.timing.endTimer() }
            statistics.sample(state.dispatcher, at: now)
            state.dispatcher.limitTracking(in: state.keyspace)
            memory.look(at: now)
            if let pause, pause.endMilliseconds <= now / 1000 {
                endPause(in: state.keyspace)
            }
            if replyBuffers.isLookDue(at: now / 1000) { shrinkReplyBuffers(at: now / 1000) }
            if idleSeconds > 0 { closeIdleClients(at: now / 1000) }
            if outputLimits.hasSoftLimit { limitAllOutput() }
            if clientMemoryLimit > 0 { countAllClients() }
            persistence.cancelIfFlushed(state.keyspace)
            if !isShuttingDown { persistence.saveIfDue(&state.keyspace, for: self) }
            updateAdmission(of: &state.dispatcher)
        }
        recallMonitor.tick()
    }

    /// Notes how long it took to remove what has ended, if somebody watches that.
    private func noteExpiry(_ milliseconds: Int64, at seconds: Int64) {
        guard milliseconds > 0 else { return }
        executor.withState { _, _ in latencyMonitor.add("expire-cycle", milliseconds, at: seconds) }
    }

    private func shrinkReplyBuffers(at nowMilliseconds: Int64) {
        for client in clients.values
        where client.replyRoomBytes > Client.leastReplyRoomBytes
            && nowMilliseconds - client.lastUsedMilliseconds >= replyBuffers.idleMilliseconds
        {
            client.shrinkReplyBuffer()
        }
    }

    private func closeIdleClients(at nowMilliseconds: Int64) {
        for client in clients.values
        where client.session.blocked == nil && !client.session.isSubscribed
            && !client.session.isMonitor
        {
            if nowMilliseconds - client.lastUsedMilliseconds > idleSeconds * 1000 { client.kill() }
        }
    }
}
