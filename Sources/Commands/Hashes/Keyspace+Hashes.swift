// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

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

    /// Removes a hash whose last field has turned out to have ended.
    mutating func removeEmptied(_ hash: HashValue, at key: Bytes) {
        guard hash.count == 0, remove(key) else { return }
        didChange(key, KeyspaceEvent(.generic, "del"))
    }

    /// As ``didChangeMembers(of:at:_:)``.
    mutating func didChangeFields(of hash: HashValue, at key: Bytes, _ event: KeyspaceEvent) {
        didChangeMembers(of: hash, at: key, event)
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
