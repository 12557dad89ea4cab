// SPDX-License-Identifier: Apache-2.0

import Containers
public import Primitives

extension Keyspace {
    /// Lets the entry end at a time, in milliseconds since 1970, and returns the entry that has the
    /// key from now on. The entry must be one from ``findForUpdate(_:)`` or another writing call.
    /// O(log keys).
    @discardableResult
    public mutating func setExpiry(of entry: Entry, at milliseconds: Int64) -> Entry {
        let entry = entry.hasDeadlineRoom ? entry : replaceWithRoomier(entry)
        entry.setExpiry(milliseconds)
        database.expiries.set(entry, rank: milliseconds)
        return entry
    }

    /// Lets the entry stay; false when it had no expiry.
    @discardableResult
    public mutating func clearExpiry(of entry: Entry) -> Bool {
        guard entry.hasExpiry else { return false }
        database.expiries.remove(entry)
        entry.settleEncoding()
        entry.setExpiry(Entry.noExpiry)
        return true
    }

    /// When the next key, or member of a collection, of any database ends, or nil.
    public borrowing func nextExpiryMilliseconds() -> Int64? {
        var earliest: Int64?
        forEachDatabase { database in
            for deadline in [database.expiries.firstRank, database.memberExpiries.firstRank] {
                if let deadline { earliest = Swift.min(earliest ?? deadline, deadline) }
            }
        }
        return earliest
    }

    /// Removes up to `limit` keys and hash fields that have ended, of all databases, and returns
    /// how many; an element of a vector set counts as some (``VectorSet/removalWork``), so a little
    /// more than `limit` may come back. Exact, not sampled: while less does, nothing due is left.
    @discardableResult
    public mutating func expireDue(limit: Int) -> Int {
        var done = 0
        for index in 0..<databaseCount where done < limit {
            done += inDatabase(index) { keyspace in keyspace.expireDueHere(limit: limit - done) }
        }
        return done
    }

    private mutating func expireDueHere(limit: Int) -> Int {
        var done = 0
        while done < limit, let entry = database.expiries.first,
            entry.isExpired(at: nowMilliseconds)
        {
            expire(entry)
            done += 1
        }
        return done + expireDueMembers(limit: limit - done)
    }

    /// Removes the entry of a key if it has ended.
    public mutating func removeIfExpired(_ key: Bytes) {
        if let entry = database.table.find(key), entry.isExpired(at: nowMilliseconds) {
            expire(entry)
        }
    }

    /// Removes an entry that has ended.
    mutating func expire(_ entry: Entry) {
        let key = ByteString(entry.key)
        key.withBytes { key in
            discardExpired(entry)
            statistics.expiredKeys &+= 1
            didChange(key, KeyspaceEvent(.expired, "expired"))
        }
    }
}

// MARK: - What reads find

/// Keys whose time has come, found by reads, which cannot remove them: whoever may, does so after
/// the command. Mostly the keyspace removes what has ended before anybody asks for it.
public final class LapsedKeys {
    private(set) var keys: [(database: Int, key: ByteString)] = []
    /// Fields of hashes; nil stands for all members of the collection.
    private(set) var fields: [(database: Int, key: ByteString, field: ByteString?)] = []

    /// Whether there are any.
    public private(set) var isNoted = false
    /// Whether what has ended is to stay, hidden, until this is taken back: CLIENT PAUSE.
    public var isHeld = false

    /// A scan may come across more than anybody should wait for.
    @inline(never)
    func note(_ entry: Entry, in database: Int) {
        guard !isHeld else { return }
        if keys.count < 1000 { keys.append((database, ByteString(entry.key))) }
        isNoted = true
    }

    /// As ``note(_:in:)`` for a field of a hash; nil for all members of a collection.
    @inline(never)
    func note(_ field: Bytes?, of key: Bytes, in database: Int) {
        guard !isHeld else { return }
        if fields.count < 1000 {
            fields.append((database, ByteString(key), field.map { ByteString($0) }))
        }
        isNoted = true
    }

    /// Hands over what has been noted.
    func take() -> (
        keys: [(database: Int, key: ByteString)],
        fields: [(database: Int, key: ByteString, field: ByteString?)]
    ) {
        defer {
            keys = []
            fields = []
            isNoted = false
        }
        return (keys, fields)
    }
}

extension Keyspace {
    /// Removes the keys and members that reads have found to have ended.
    public mutating func removeLapsed() {
        let (keys, fields) = lapsed.take()
        for (index, key) in keys {
            inDatabase(index) { keyspace in
                key.withBytes { keyspace.removeIfExpired($0) }
            }
        }
        for (index, key, field) in fields {
            inDatabase(index) { keyspace in
                key.withBytes { key in
                    guard let field else { return keyspace.removeEndedMembers(of: key) }
                    field.withBytes { keyspace.removeIfEnded($0, of: key) }
                }
            }
        }
    }
}
