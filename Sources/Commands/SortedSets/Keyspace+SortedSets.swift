// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

extension Keyspace {
    /// A new sorted set at a key that does not exist. It must get a member.
    mutating func insertSortedSet(_ key: Bytes) -> SortedSetValue {
        let set = SortedSetValue()
        insert(key, .sortedSet(set))
        return set
    }

    /// To be called after members were removed: the set goes with its last.
    mutating func didRemoveMembers(
        of set: SortedSetValue, at key: Bytes, _ event: StaticString
    ) {
        let isEmpty = set.count == 0 && remove(key)
        didChange(key, KeyspaceEvent(.sortedSet, event))
        if isEmpty { notify(key, KeyspaceEvent(.generic, "del")) }
    }

    /// Gives a key the sorted set, whatever it held; one without members removes the key.
    mutating func store(_ set: SortedSetValue, at key: Bytes, _ event: StaticString) {
        if set.count > 0 {
            self.set(key, .sortedSet(set))
            didChange(key, KeyspaceEvent(.sortedSet, event))
        } else if remove(key) {
            didChange(key, KeyspaceEvent(.generic, "del"))
        }
    }

    /// Takes up to `limit` members from an end and writes them, as pairs of arrays when `isNested`.
    /// The header of the array has been written.
    mutating func pop(
        _ limit: Int, from set: SortedSetValue, at key: Bytes, _ end: SortedSetEnd,
        isNested: Bool, _ reply: inout ReplyWriter
    ) {
        let ranks = set.ranks(limit, from: end)
        set.walk(ranks, reversed: end == .maximum) { member, score in
            if isNested { reply.array(2) }
            reply.bulk(member)
            reply.double(score)
            return true
        }
        set.removeSubrange(ranks)
        didRemoveMembers(of: set, at: key, end == .minimum ? "zpopmin" : "zpopmax")
    }
}

/// Where members are popped from.
enum SortedSetEnd {
    case minimum
    case maximum
}

extension SortedSetValue {
    /// The ranks of up to `limit` members from an end.
    func ranks(_ limit: Int, from end: SortedSetEnd) -> Range<Int> {
        let number = min(limit, count)
        return end == .minimum ? 0..<number : (count - number)..<count
    }

    /// The ranks from `start` to `stop` as clients give them, negative from the end; 0..<0 when
    /// there are none.
    func ranks(from start: Int64, through stop: Int64) -> Range<Int> {
        let first = max(0, start < 0 ? start + Int64(count) : start)
        let last = min(Int64(count) - 1, stop < 0 ? stop + Int64(count) : stop)
        return first <= last ? Int(first)..<(Int(last) + 1) : 0..<0
    }
}

extension ReplyWriter {
    /// The header of an array of so many members: in RESP3 members with scores are arrays of their
    /// own.
    mutating func members(_ count: Int, withScores: Bool) {
        array(withScores && !isRESP3 ? count * 2 : count)
    }

    /// A member of such an array.
    mutating func member(_ member: Bytes, _ score: Double, withScores: Bool) {
        if withScores, isRESP3 { array(2) }
        bulk(member)
        if withScores { double(score) }
    }
}
