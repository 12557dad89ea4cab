// SPDX-License-Identifier: Apache-2.0

/// What happened to a key, in the words of Redis's keyspace notifications.
public struct KeyspaceEvent: Sendable {
    /// The classes that `notify-keyspace-events` selects by letter.
    public enum Kind: UInt8, Sendable {
        case generic
        case string
        case list
        case set
        case sortedSet
        case hash
        case stream
        case vector
        case context
        case expired
        case evicted
        case new
    }

    public let kind: Kind
    public let name: StaticString

    public init(_ kind: Kind, _ name: StaticString) {
        self.kind = kind
        self.name = name
    }
}

/// One client's WATCH: told when a watched key changes.
public final class WatchToken {
    public var isDirty = false

    public init() {}
}

/// Counters of the keyspace, as INFO reports them.
public final class KeyspaceStatistics {
    public var hits: Int64 = 0
    public var misses: Int64 = 0
    public var expiredKeys: Int64 = 0
    public var expiredFields: Int64 = 0
    public var evictedKeys: Int64 = 0

    public init() {}

    /// Sets all to zero, as CONFIG RESETSTAT does.
    public func reset() {
        hits = 0
        misses = 0
        expiredKeys = 0
        expiredFields = 0
        evictedKeys = 0
    }
}
