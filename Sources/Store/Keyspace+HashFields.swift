// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// Fields of hashes that end.
extension Keyspace {
    /// As ``didChangeMembers(of:)``: every command that has changed fields of a hash calls this
    /// before ``removeIfEmpty(_:)``.
    @inline(__always)
    public mutating func didChangeFields(of hash: HashValue) {
        didChangeMembers(of: hash)
    }

    /// Removes the fields of one hash that have ended, if there is such a hash.
    public mutating func removeEndedFields(of key: Bytes) {
        guard let entry = peek(key), case .hash(let hash) = entry.value,
            hash.hasEndedFields(at: nowMilliseconds)
        else { return }
        expireMembers(of: key) { $0.removeEnded(at: $1, work: .max) }
    }

    /// Removes the fields of a hash that have ended; one that is then empty stays, for the caller
    /// to fill or to remove.
    public mutating func endFields(of hash: HashValue, at key: Bytes) {
        guard hash.hasEndedFields(at: nowMilliseconds) else { return }
        let ended = hash.removeEnded(at: nowMilliseconds, work: .max)
        statistics.expiredFields &+= Int64(ended.removed)
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
        expireMembers(of: key) { $0.removeEnded(field, at: $1) ? (1, 1) : (0, 0) }
    }
}
