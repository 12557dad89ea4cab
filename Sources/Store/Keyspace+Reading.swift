// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

extension Keyspace {
    /// What ``findString(_:)`` has found.
    public enum FoundString {
        case missing
        case otherType
        /// The bytes, good until the next change of the key.
        case string(Bytes)
    }

    /// The string at a key; marks the key as used and counts a hit or a miss, as ``find(_:)``.
    /// O(1).
    public borrowing func findString(_ key: Bytes) -> FoundString {
        database.table.withElement(key, hash: hash(of: key)) { entry in
            guard let entry, !entry.isExpired(at: nowMilliseconds) else {
                if let entry { lapsed.note(entry, in: selected) }
                noteMiss(key)
                return .missing
            }
            statistics.hits &+= 1
            touch(entry)
            return entry.isString ? .string(entry.string) : .otherType
        }
    }

    /// The entry of a key, or nil; marks it as used and counts a hit or a miss. O(1).
    public borrowing func find(_ key: Bytes) -> Entry? {
        guard let entry = peek(key) else {
            noteMiss(key)
            return nil
        }
        statistics.hits &+= 1
        touch(entry)
        return entry
    }

    /// The entry of a key, or nil; counts a hit or a miss, but does not mark the key as used. O(1).
    /// - Parameter notifying: whether a miss is an event, too.
    public borrowing func inspect(_ key: Bytes, notifying: Bool = true) -> Entry? {
        let entry = peek(key)
        if entry != nil {
            statistics.hits &+= 1
        } else if notifying {
            noteMiss(key)
        } else {
            statistics.misses &+= 1
        }
        return entry
    }

    /// The entry of a key, or nil, without marking or counting. O(1).
    public borrowing func peek(_ key: Bytes) -> Entry? {
        guard let entry = database.table.find(key, hash: hash(of: key)) else { return nil }
        guard !entry.isExpired(at: nowMilliseconds) else {
            lapsed.note(entry, in: selected)
            return nil
        }
        return entry
    }

    public borrowing func exists(_ key: Bytes) -> Bool {
        peek(key) != nil
    }

    /// The number of keys in the selected database, those included that have expired and not been
    /// removed yet.
    public var count: Int { database.table.count }

    /// The number of keys with an expiry.
    public var expiringCount: Int { database.expiries.count }

    /// The number of collections with members that end.
    public var expiringCollectionCount: Int { database.memberExpiries.count }

    /// How long keys with an expiry have on average, told from some of them: 0 without any.
    public var meanTimeToLiveMilliseconds: Int64 {
        let ranks = database.expiries.sampleRanks(64)
        guard !ranks.isEmpty else { return 0 }
        let left = ranks.reduce(0.0) { $0 + max(0, Double($1) - Double(nowMilliseconds)) }
        return Int64(clamping: UInt64(left / Double(ranks.count)))
    }

    /// Calls `body` with some keys and returns the cursor to go on with, 0 at the end; the
    /// guarantees are those of SCAN. Expired entries are left out.
    public borrowing func scan(from cursor: UInt64, _ body: (Entry) -> Void) -> UInt64 {
        database.table.scan(from: cursor) { entry in
            if entry.isExpired(at: nowMilliseconds) {
                lapsed.note(entry, in: selected)
            } else {
                body(entry)
            }
        }
    }

    /// Calls `body` with every entry that has not expired. O(keys).
    public borrowing func forEach(_ body: (Entry) -> Void) {
        database.table.forEach { entry in
            if !entry.isExpired(at: nowMilliseconds) { body(entry) }
        }
    }

    /// A random entry that has not expired, or nil. While what has ended is to stay, one that has
    /// will do when no other is found.
    public borrowing func randomEntry() -> Entry? {
        var last: Entry?
        for _ in 0..<100 {
            guard let entry = database.table.randomElement(using: random) else { return nil }
            if !entry.isExpired(at: nowMilliseconds) { return entry }
            last = entry
        }
        return lapsed.isHeld ? last : nil
    }

    /// The entry of a key, though it may have expired, as long as it has not been removed; for
    /// those who look at the keyspace itself.
    public borrowing func peekRegardless(_ key: Bytes) -> Entry? {
        database.table.find(key, hash: hash(of: key))
    }

    /// Bytes of the table of a database without keys.
    public static let emptyTableBytes =
        SegmentedTable<Entry>(hasher: SipHash(key: (0, 0))).memoryBytes()

    /// The most that one key can be said to take in the index of what expires: its place, and as
    /// much room for others.
    public static let largestExpiryShareBytes = 32

    /// Bytes of the selected database's table, and of its index of what expires, without the
    /// entries.
    public borrowing func overheadBytes() -> (table: Int, expiries: Int) {
        (
            database.table.memoryBytes(),
            database.expiries.memoryBytes + database.memberExpiries.memoryBytes
        )
    }
}
