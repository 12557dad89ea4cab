// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// Fields of hashes that end: the heap of hashes by their earliest deadline is exact after every
/// command, so nothing has to be searched for.
extension Keyspace {
    /// Every command that has changed fields of a hash calls this before ``removeIfEmpty(_:)``.
    /// O(1) while no field ends, else O(log hashes with fields that end).
    public mutating func didChangeFields(of hash: HashValue) {
        guard let earliest = hash.earliestExpiryMilliseconds else {
            database.fieldExpiries.remove(hash)
            return
        }
        if database.fieldExpiries.rank(of: hash) != earliest {
            database.fieldExpiries.set(hash, rank: earliest)
        }
    }

    /// Removes the fields of one hash that have ended, if there is such a hash.
    public mutating func removeEndedFields(of key: Bytes) {
        guard let entry = peek(key), case .hash(let hash) = entry.value,
            hash.hasEndedFields(at: nowMilliseconds)
        else { return }
        expireFields(of: key) { $0.removeEnded(at: $1, limit: .max) }
    }

    /// Removes the fields of a hash that have ended; one that is then empty stays, for the caller
    /// to fill or to remove.
    public mutating func endFields(of hash: HashValue, at key: Bytes) {
        guard hash.hasEndedFields(at: nowMilliseconds) else { return }
        let removed = hash.removeEnded(at: nowMilliseconds, limit: .max)
        statistics.expiredFields &+= Int64(removed)
        didChangeFields(of: hash)
        didChange(key, KeyspaceEvent(.hash, "hexpired"))
    }

    /// Removes one field of a hash if it has ended, and says whether; a hash that is then empty
    /// stays, for the caller to fill or to remove.
    public mutating func endField(_ field: Bytes, of hash: HashValue, at key: Bytes) -> Bool {
        guard hash.hasEndedFields(at: nowMilliseconds), hash.removeEnded(field, at: nowMilliseconds)
        else { return false }
        statistics.expiredFields &+= 1
        didChangeFields(of: hash)
        didChange(key, KeyspaceEvent(.hash, "hexpired"))
        return true
    }

    /// The value of a field, or nil when it is absent or has ended; in the latter case it is
    /// removed after the command, as in Redis.
    @inline(__always)
    public borrowing func value(
        of field: Bytes, in hash: HashValue, at key: Bytes
    ) -> ValueText? {
        if let value = hash.value(of: field, at: nowMilliseconds) { return value }
        if hash.hasEndedFields(at: nowMilliseconds), hash.hasEnded(field, at: nowMilliseconds) {
            lapsed.note(field, of: key, in: selected)
        }
        return nil
    }

    /// Lets all fields of a hash that have ended be removed after the command.
    public borrowing func noteEndedFields(of hash: HashValue, at key: Bytes) {
        if hash.hasEndedFields(at: nowMilliseconds) { lapsed.note(nil, of: key, in: selected) }
    }

    /// Removes a field that reads have found to have ended, and the hash if it was the last.
    mutating func removeIfEnded(_ field: Bytes, of key: Bytes) {
        guard let entry = peek(key), case .hash(let hash) = entry.value,
            hash.hasEnded(field, at: nowMilliseconds)
        else { return }
        expireFields(of: key) { $0.removeEnded(field, at: $1) ? 1 : 0 }
    }

    /// Ties a hash to the entry that holds it from now on.
    mutating func adopt(_ hash: HashValue, by entry: Entry) {
        unsafe hash.owner = entry
        didChangeFields(of: hash)
    }

    /// Forgets a hash that its entry holds no more.
    mutating func release(_ hash: HashValue) {
        database.fieldExpiries.remove(hash)
        unsafe hash.owner = nil
    }

    /// Removes up to `limit` fields that have ended, of the selected database, and returns how
    /// many; a hash left without a field is removed too.
    mutating func expireDueFields(limit: Int) -> Int {
        var done = 0
        while done < limit, let due = database.fieldExpiries.first,
            due.hasEndedFields(at: nowMilliseconds)
        {
            guard let owner = unsafe due.owner else {
                // No entry holds it, so nothing of it can be read.
                database.fieldExpiries.remove(due)
                continue
            }
            let key = ByteString(owner.key)
            done += key.withBytes { key in
                expireFields(of: key) { $0.removeEnded(at: $1, limit: limit - done) }
            }
        }
        return done
    }

    /// Removes fields of one hash that have ended; at least one, or the whole hash when its own
    /// time has come.
    @discardableResult
    private mutating func expireFields(
        of key: Bytes, by remove: (HashValue, _ nowMilliseconds: Int64) -> Int
    ) -> Int {
        let lastUse = peek(key)?.lastUse
        guard let entry = findForUpdate(key), case .hash(let hash) = entry.value else { return 1 }
        // Expiry is no use of the key.
        if let lastUse { entry.lastUse = lastUse }
        let removed = remove(hash, nowMilliseconds)
        statistics.expiredFields &+= Int64(removed)
        didChangeFields(of: hash)
        let isEmpty = removeIfEmpty(key)
        didChange(key, KeyspaceEvent(.hash, "hexpired"))
        if isEmpty { notify(key, KeyspaceEvent(.generic, "del")) }
        return Swift.max(removed, 1)
    }
}
