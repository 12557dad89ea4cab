// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// What a command has done to the expiry of fields.
struct FieldChanges {
    var updated = 0
    var removed = 0

    var any: Bool { updated + removed > 0 }
}

extension Keyspace {
    /// The hash at a key, to be changed; a new one if there is none. It must get a field.
    /// - Throws: `WRONGTYPE`.
    mutating func hashForUpdateOrNew(_ key: Bytes) throws(ErrorReply) -> HashValue {
        try hashForUpdate(key) ?? insertHash(key)
    }

    /// A new hash at a key that does not exist. It must get a field.
    mutating func insertHash(_ key: Bytes) -> HashValue {
        let hash = HashValue()
        insert(key, .hash(hash))
        return hash
    }

    /// Lets a field that is there end at a time; when that is past it goes at once, and the
    /// answer is false.
    mutating func setDeadline(
        of field: Bytes, in hash: HashValue, to deadline: Int64, _ changes: inout FieldChanges
    ) -> Bool {
        guard deadline > nowMilliseconds else {
            hash.remove(field, at: nowMilliseconds)
            statistics.expiredFields &+= 1
            changes.removed += 1
            return false
        }
        hash.setExpiry(of: field, to: deadline)
        changes.updated += 1
        return true
    }

    /// Removes a hash whose last field has turned out to have ended.
    mutating func removeEmptied(_ hash: HashValue, at key: Bytes) {
        guard hash.count == 0, remove(key) else { return }
        didChange(key, KeyspaceEvent(.generic, "del"))
    }

    /// After a change that may have removed the last field: removes the key then, and tells.
    mutating func didChangeFields(
        of hash: HashValue, at key: Bytes, _ event: KeyspaceEvent
    ) {
        didChangeFields(of: hash)
        let isEmpty = hash.count == 0 && remove(key)
        didChange(key, event)
        if isEmpty { notify(key, KeyspaceEvent(.generic, "del")) }
    }
}

extension HashValue {
    /// Makes room for the pairs from argument `first` on, or becomes a table for them.
    func prepare(for arguments: borrowing Arguments, from first: Int, limits: HashLimits) {
        var longest = 0
        var total = 0
        for index in first..<arguments.count {
            let count = arguments[index].count
            longest = Swift.max(longest, count)
            total += count
        }
        prepare(
            pairCount: (arguments.count - first) / 2, longestBytes: longest, totalBytes: total,
            limits: limits)
    }
}
