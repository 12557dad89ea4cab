// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// CLIENT TRACKING of one client.
public struct ClientTracking {
    /// What CLIENT TRACKING ON is told.
    public struct Options: Equatable, Sendable {
        public var isBroadcast = false
        public var isOptIn = false
        public var isOptOut = false
        public var isNoLoop = false
        /// The client that gets the messages instead; 0 for none.
        public var redirect: Int64 = 0
        public var prefixes: [ByteString] = []

        public init() {}
    }

    public internal(set) var options: Options
    /// Whether CLIENT CACHING has been said for the next request.
    public internal(set) var isCachingGiven = false
    /// Whether the client that gets the messages instead is gone.
    public internal(set) var isRedirectBroken = false
    /// The prefixes that the client listens to, sorted.
    public internal(set) var prefixes: [ByteString] = []

    /// Whether the keys of a reading request are to be remembered.
    var remembers: Bool {
        if options.isBroadcast { return false }
        if options.isOptIn { return isCachingGiven }
        if options.isOptOut { return !isCachingGiven }
        return true
    }
}

/// Which clients may have which keys in their caches.
struct TrackingTable {
    /// The clients that are told of a prefix, and the keys below it that this batch has changed,
    /// each with the client that changed it last.
    struct Broadcast {
        var clients = DenseMap<Int64, Session>()
        var keys: [ByteString: Int64] = [:]
    }

    /// The numbers of the clients that have read a key, sorted. A client that is gone is noticed
    /// when the key changes.
    var keys = DenseMap<ByteString, [Int64]>()
    /// The number of clients in ``keys``, counted for every key.
    var itemCount = 0
    var broadcasts: [ByteString: Broadcast] = [:]
    var hasChangedKeys = false
    /// The clients that track, and those that get messages for others.
    var clients: [Int64: Session] = [:]
    var clientCount = 0
    /// `tracking-table-max-keys`; 0 for no limit.
    var maximumKeys = 1_000_000
    /// How often in a row the limit could not be reached.
    var timesOverLimit = 0
    /// Keys that the client whose request runs has to forget, nil for all; told after its reply.
    var ownInvalidations: [ByteString?] = []

    /// Forgets who has read what.
    mutating func forgetKeys() {
        keys = .init()
        itemCount = 0
        timesOverLimit = 0
    }

    /// Remembers that a client has read a key.
    mutating func insert(_ key: ByteString, _ client: Int64) {
        let isNew = keys.update(key, default: []) { clients in
            // Clients that come later have greater numbers.
            let place = clients.lastIndex { $0 <= client }.map { $0 + 1 } ?? 0
            if place > 0, clients[place - 1] == client { return false }
            clients.insert(client, at: place)
            return true
        }
        if isNew { itemCount += 1 }
    }
}
