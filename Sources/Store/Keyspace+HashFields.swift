// SPDX-License-Identifier: Apache-2.0

internal import Containers
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
        _ = expireFields(of: key, limit: .max)
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
            done += key.withBytes { expireFields(of: $0, limit: limit - done) }
        }
        return done
    }

    /// Removes fields of one hash that have ended; at least one, or the whole hash when its own
    /// time has come.
    private mutating func expireFields(of key: Bytes, limit: Int) -> Int {
        let lastUse = peek(key)?.lastUse
        guard let entry = findForUpdate(key), case .hash(let hash) = entry.value else { return 1 }
        // Expiry is no use of the key.
        if let lastUse { entry.lastUse = lastUse }
        let removed = hash.removeEnded(at: nowMilliseconds, limit: limit)
        statistics.expiredFields &+= Int64(removed)
        didChangeFields(of: hash)
        let isEmpty = removeIfEmpty(key)
        didChange(key, KeyspaceEvent(.hash, "hexpired"))
        if isEmpty { notify(key, KeyspaceEvent(.generic, "del")) }
        return Swift.max(removed, 1)
    }
}
