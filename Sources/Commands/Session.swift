// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import RESP
import Store

/// What the server knows of one client. Touched only by whoever holds the keyspace.
public final class Session {
    /// Unique while the server runs, growing.
    public let id: Int64
    public var database = 0
    /// 2 or 3.
    public var protocolVersion = 2
    /// What the client speaks while it has not said HELLO, and again after RESET.
    public var defaultProtocolVersion = 2
    public var name = ByteString()
    public var libraryName = ByteString()
    public var libraryVersion = ByteString()
    /// What is the case for this client and makes its requests more than plain.
    public private(set) var concerns: Concerns = []
    public var isAuthenticated = true {
        didSet { concerns.set(.authentication, to: !isAuthenticated) }
    }
    /// Who the client has said to be; nil for the default user.
    public var user: AccessUser? {
        didSet { concerns.set(.access, to: user != nil) }
    }
    /// Whether the SORT at hand may read any key, found when its rights were checked; SORT takes it
    /// back.
    var mayReadEverything = true
    public var userName: ByteString { user?.name ?? AccessControl.defaultName }
    public var replyMode = ReplyMode.on {
        didSet { concerns.set(.replyMode, to: replyMode != .on) }
    }
    public var transaction: Transaction? {
        didSet { concerns.set(.transaction, to: transaction != nil) }
    }
    public var isNoEvict = false
    public var isNoTouch = false {
        didSet { concerns.set(.noTouch, to: isNoTouch) }
    }
    /// The full name of the last command, as `get` or `config|get`.
    public var lastCommand: String { lastEntry?.fullName ?? "" }
    /// The last command.
    var lastEntry: CommandEntry?
    public var commandCount: Int64 = 0

    let watch = WatchToken()
    var watchedKeys: [WatchedKey] = []
    /// Set while the client waits for a key.
    public internal(set) var blocked: BlockedState?
    /// The client's own address, as `127.0.0.1:50123`.
    public var address = ""

    /// What the client gets without asking, or late because it waited: the connection takes it, in
    /// order with the replies.
    public private(set) var outbox = ReplyWriter(capacity: 0)
    /// Tells the connection, once a batch, that ``outbox`` or the end of a wait is to be looked at.
    public var onOutput: () -> Void = {}
    /// Called when ``outbox`` has grown beyond ``outboxCheckBytes``.
    public var onPressure: () -> Void = {}
    public var outboxCheckBytes = Int.max
    /// Whether the server is closing the connection, so that nothing more is sent.
    public var isDoomed = false
    /// Whether the connection is about to be told of output.
    var isWoken = false

    /// The channels and patterns that the client listens to.
    public internal(set) var subscriptions = Subscriptions()
    /// Whether the client listens to any channel; a RESP2 client then may do little else.
    public internal(set) var isSubscribed = false {
        didSet { isRestricted = isSubscribed || isMonitor }
    }
    /// CLIENT TRACKING, when it is on.
    public internal(set) var tracking: ClientTracking?
    /// Whether the client gets to see all requests.
    public internal(set) var isMonitor = false {
        didSet { isRestricted = isSubscribed || isMonitor }
    }
    /// Whether the client may perhaps not do all that others may.
    private(set) var isRestricted = false {
        didSet { concerns.set(.listening, to: isRestricted) }
    }
    /// What the client speaks while a script makes it seem to speak something else.
    var outerProtocolVersion: Int?

    public init(id: Int64) {
        self.id = id
    }
}

extension Session {
    /// CLIENT REPLY.
    public enum ReplyMode: Sendable {
        case on
        case off
        /// Skip the reply of the next command.
        case skipNext
        /// Skipping this one.
        case skipping
    }

    /// MULTI's queue.
    public struct Transaction {
        var queue: [[ByteString]] = []
        /// A command could not be queued, so EXEC will refuse.
        var isBroken = false
        /// Whether a queued command may take more memory.
        var needsMemory = false
        /// Whether a queued command may change keys.
        var writes = false

        /// The number of queued commands.
        public var count: Int { queue.count }
        /// Bytes of the queued arguments.
        public var bytes: Int { queue.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } } }
    }

    struct WatchedKey: Equatable {
        let database: Int
        let key: ByteString
        /// There was no such key when it was watched, so that it cannot expire unnoticed.
        let wasAbsent: Bool
    }

    /// A waiting request with all it needs to run again.
    public struct BlockedState {
        public let request: BlockedRequest
        /// Unique for every wait.
        public let ticket: Int64
        let database: Int
        let arguments: [ByteString]
    }

    /// Whether there is something to be sent that is no reply.
    public var hasOutput: Bool { outbox.count > 0 }

    /// Whether a watched key has changed.
    public var isWatchDirty: Bool { watch.isDirty }

    /// Whether pushes are written in RESP3.
    var isPushedInRESP3: Bool { (outerProtocolVersion ?? protocolVersion) == 3 }

    /// Moves what there is to be sent behind the replies in `reply`.
    public func takeOutput(into reply: inout ReplyWriter) {
        guard outbox.count > 0 else { return }
        reply.raw(outbox.bytes)
        outbox.clear()
    }

    /// Gives up what was to be sent, and takes nothing more.
    public func doom() {
        isDoomed = true
        outbox.clear()
    }

    /// Puts bytes behind what is to be sent already.
    func send(_ bytes: Bytes) {
        guard !isDoomed else { return }
        outbox.raw(bytes)
        if outbox.count >= outboxCheckBytes { onPressure() }
    }

    /// As ``send(_:)`` for a message whose first byte tells the protocol: `>` or `*`.
    func sendMessage(_ bytes: Bytes) {
        guard !isDoomed else { return }
        outbox.message(bytes, isRESP3: isPushedInRESP3)
        if outbox.count >= outboxCheckBytes { onPressure() }
    }

    /// The number of watched keys.
    public var watchedCount: Int { watchedKeys.count }

    /// Forgets all watched keys.
    func unwatchAll(in keyspace: inout Keyspace) {
        for watched in watchedKeys {
            keyspace.inDatabase(watched.database) { keyspace in
                watched.key.withBytes { keyspace.unwatch($0, watch) }
            }
        }
        watchedKeys = []
        watch.isDirty = false
    }
}
