// SPDX-License-Identifier: Apache-2.0

public import Primitives
import RESP
import Store

/// What the server knows of one client. Touched only by whoever holds the keyspace.
public final class Session {
    /// Unique while the server runs, growing.
    public let id: Int64
    public var database = 0
    /// 2 or 3.
    public var protocolVersion = 2
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
    /// Bytes of a reply written while the client waited; the connection takes them.
    public var lateReply = ByteString()
    /// Tells the connection that ``lateReply`` or the end of a wait is to be looked at.
    public var onUnblock: () -> Void = {}

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
