// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives

/// Members of collections that end: the heap of collections by their earliest deadline is exact
/// after every command, so nothing has to be searched for.
extension Keyspace {
    /// Every command that has changed members of a collection calls this before
    /// ``removeIfEmpty(_:)``. O(1) while no member ends, else O(log collections with members that
    /// end).
    @inline(__always)
    public mutating func didChangeMembers<Collection: ExpiringMembers>(of collection: Collection) {
        didChangeMembers(of: collection, earliest: collection.earliestExpiryMilliseconds)
    }

    private mutating func didChangeMembers(of collection: ExpiringCollection, earliest: Int64?) {
        guard let earliest else {
            database.memberExpiries.remove(collection)
            return
        }
        if database.memberExpiries.rank(of: collection) != earliest {
            database.memberExpiries.set(collection, rank: earliest)
        }
    }

    /// Ties a collection to its new entry.
    mutating func adopt(_ entry: Entry) {
        if entry.kind == .hash {
            adopt(entry.object(as: HashValue.self), by: entry)
        } else if entry.kind == .vectorSet {
            adopt(entry.object(as: VectorSet.self), by: entry)
        }
    }

    /// Unties the collection of an entry that is in the keyspace no more.
    mutating func release(_ entry: Entry) {
        entry.isNotedAwake = false
        if entry.kind == .hash {
            release(entry.object(as: HashValue.self))
        } else if entry.kind == .vectorSet {
            release(entry.object(as: VectorSet.self))
        }
    }

    /// Ties a collection to the entry that holds it from now on.
    @inline(__always)
    mutating func adopt<Collection: ExpiringMembers>(_ collection: Collection, by entry: Entry) {
        unsafe collection.owner = entry
        didChangeMembers(of: collection)
    }

    /// Forgets a collection that its entry holds no more.
    mutating func release(_ collection: ExpiringCollection) {
        database.memberExpiries.remove(collection)
        unsafe collection.owner = nil
    }

    /// Removes members that have ended, of the selected database, until `limit` of work is done,
    /// and returns how much was; a collection left without a member is removed too.
    mutating func expireDueMembers(limit: Int) -> Int {
        var done = 0
        while done < limit, let earliest = database.memberExpiries.firstRank,
            earliest <= nowMilliseconds, let due = database.memberExpiries.first
        {
            guard let owner = unsafe due.owner else {
                // No entry holds it, so nothing of it can be read.
                database.memberExpiries.remove(due)
                continue
            }
            let key = ByteString(owner.key)
            done += key.withBytes { key in
                removeIfGone(key)
                    ? 1 : expireMembers(of: key) { $0.removeEnded(at: $1, work: limit - done) }
            }
        }
        return done
    }

    /// Removes the members of one collection that reads have found to have ended.
    mutating func removeEndedMembers(of key: Bytes) {
        // The rest of a vector set is the expiry cycle's: its graph has to be repaired.
        if !removeIfGone(key) { removeEndedFields(of: key) }
    }

    /// Removes members of one collection that have ended; at least one, or the whole collection
    /// when its own time has come. Returns the work done.
    @discardableResult
    mutating func expireMembers(
        of key: Bytes,
        by remove: (any ExpiringMembers, _ nowMilliseconds: Int64) -> (removed: Int, work: Int)
    ) -> Int {
        let lastUse = peek(key)?.lastUse
        guard let entry = findForUpdate(key), let members = entry.expiringMembers else { return 1 }
        // Expiry is no use of the key.
        if let lastUse { entry.lastUse = lastUse }
        let (removed, work) = remove(members, nowMilliseconds)
        statistics.expiredFields &+= Int64(removed)
        didChangeMembers(of: members, earliest: members.earliestExpiryMilliseconds)
        let isEmpty = removeIfEmpty(key)
        didChange(key, type(of: members).memberEvents.expired)
        if isEmpty { notify(key, KeyspaceEvent(.generic, "del")) }
        return Swift.max(work, 1)
    }
}
