// SPDX-License-Identifier: Apache-2.0

public import Primitives

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
        /// A look-up found nothing: `m`.
        case miss
        /// A value was replaced by another: `o`.
        case overwritten
        /// A value was replaced by one of another type: `c`.
        case typeChanged
        /// No class of Redis's: a key may read differently now, as client tracking must know.
        case change
        /// No class of Redis's: keys are gone in great numbers.
        case flush
    }

    public let kind: Kind
    public let name: StaticString

    public init(_ kind: Kind, _ name: StaticString) {
        self.kind = kind
        self.name = name
    }
}

extension KeyspaceEvent {
    /// Some classes of events.
    public struct Kinds: OptionSet, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public init(_ kind: Kind) { rawValue = 1 << UInt32(kind.rawValue) }

        public static let generic = Kinds(.generic)
        public static let string = Kinds(.string)
        public static let list = Kinds(.list)
        public static let set = Kinds(.set)
        public static let sortedSet = Kinds(.sortedSet)
        public static let hash = Kinds(.hash)
        public static let stream = Kinds(.stream)
        public static let vector = Kinds(.vector)
        public static let context = Kinds(.context)
        public static let expired = Kinds(.expired)
        public static let evicted = Kinds(.evicted)
        public static let new = Kinds(.new)
        public static let miss = Kinds(.miss)
        public static let overwritten = Kinds(.overwritten)
        public static let typeChanged = Kinds(.typeChanged)
        public static let change = Kinds(.change)
        public static let flush = Kinds(.flush)

        public func contains(_ kind: Kind) -> Bool { rawValue & (1 << UInt32(kind.rawValue)) != 0 }
    }
}

/// What has happened to keys, in order, until the dispatcher takes it. Reads add to it too.
public final class EventLog {
    public var events: [(database: Int, event: KeyspaceEvent, key: ByteString)] = []

    public init() {}
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
    /// How often all keys were removed at once; never reset.
    public var flushes: Int64 = 0

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
