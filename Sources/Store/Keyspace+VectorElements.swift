// SPDX-License-Identifier: Apache-2.0

import Containers
public import Primitives

/// Elements of vector sets that end. A set whose last element has ended is gone: whoever comes
/// across it takes it for absent.
extension Keyspace {
    /// Removes a vector set all of whose elements have ended, and says whether there was one. The
    /// graph is not taken apart: it goes whole. O(1).
    @discardableResult
    public mutating func removeIfGone(_ key: Bytes) -> Bool {
        guard let entry = peek(key), case .vectorSet(let set) = entry.value,
            set.isGone(at: nowMilliseconds)
        else { return false }
        statistics.expiredFields &+= Int64(set.count)
        remove(key)
        didChange(key, VectorSet.memberEvents.expired)
        notify(key, KeyspaceEvent(.generic, "del"))
        return true
    }

    /// Lets a vector set be removed after the command if all its elements have ended.
    @discardableResult
    public borrowing func noteIfGone(_ set: VectorSet, at key: Bytes) -> Bool {
        guard set.isGone(at: nowMilliseconds) else { return false }
        lapsed.note(nil, of: key, in: selected)
        return true
    }

    /// Removes one element of a vector set if it has ended; the set must have others that have not.
    public mutating func endElement(_ element: Bytes, of set: VectorSet, at key: Bytes) {
        guard set.removeEnded(element, at: nowMilliseconds) else { return }
        statistics.expiredFields &+= 1
        didChangeMembers(of: set)
        didChange(key, VectorSet.memberEvents.expired)
    }
}
