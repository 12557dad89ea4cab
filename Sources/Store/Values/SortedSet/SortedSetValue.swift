// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// A sorted set: distinct members with a score each, ordered by score, then bytes.
///
/// A small set is one piece of memory (``PackedScores``), a large one a table of objects by member
/// and a counting tree of the same objects by order. From packed to table a set goes by the limits
/// that Redis has for its listpack, and it never goes back.
///
/// Sketch of the memory of a large one, members of 8 bytes: the object is 16 bytes of header, 12
/// of score and length and the member, 48 allocated; the table's slot is 9 bytes, 13 to 26 at its
/// fill; the tree's reference and score 16, 16 to 32 at their fill: 77 to 106 bytes an element.
/// Redis spends 16 on the string, about 53 on the skip list's node and 32 to 40 on the entry of
/// its dictionary.
///
/// Views of members are good until the set changes.
public final class SortedSetValue: CollectionValue {
    var packed = PackedScores()
    /// All members, once the set is large; ``packed`` is empty then.
    private(set) var table: ScoreTable?
    /// The entry whose memory ``packed`` borrows.
    private let lender: Entry?

    public init() {
        lender = nil
    }

    /// A sorted set to read that borrows the memory of an entry's value at rest.
    init(of entry: Entry, at memory: UnsafeMutableRawPointer) {
        lender = entry
        unsafe packed.buffer = PackedBuffer(adopting: memory)
    }

    /// A sorted set that owns what was an entry's value at rest.
    init(adopting memory: UnsafeMutableRawPointer) {
        lender = nil
        unsafe packed.buffer = PackedBuffer(adopting: memory)
    }

    deinit {
        if lender != nil { _ = unsafe packed.buffer.release() }
    }

    /// The memory of the packed form, given away; nil when the set cannot rest.
    func surrender() -> UnsafeMutableRawPointer? {
        lender == nil && table == nil ? unsafe packed.buffer.release() : nil
    }
}

extension SortedSetValue {
    /// The number of members. O(1).
    public var count: Int { table?.count ?? packed.count }

    public var isPacked: Bool { table == nil }

    /// What OBJECT ENCODING answers.
    public var encodingName: StaticString { isPacked ? "listpack" : "skiplist" }

    public func copy() -> SortedSetValue {
        let copy = SortedSetValue()
        if let table {
            copy.table = table.copy()
        } else {
            copy.packed = packed.copy()
        }
        return copy
    }

    public func memoryBytes(samples: Int) -> Int {
        Entry.objectBytes + packed.memoryBytes + (table?.memoryBytes(samples: samples) ?? 0)
    }

    /// The score of a member, or nil. O(1), packed O(bytes).
    public func score(of member: Bytes) -> Double? {
        if let table { return table.find(member)?.score }
        return packed.find(member)?.item.score
    }

    /// The rank of a member, the lowest score's being 0, and its score; or nil. O(log n), packed
    /// O(bytes).
    public func rank(of member: Bytes) -> (rank: Int, score: Double)? {
        guard let table else {
            return packed.find(member).map { ($0.index, $0.item.score) }
        }
        guard let found = table.find(member) else { return nil }
        return (table.tree.rank(of: found.score, found.name), found.score)
    }
}

// MARK: - Changing

extension SortedSetValue {
    /// What ``set(_:to:limits:)`` has done.
    public enum Change: Sendable {
        case added
        case updated
        /// The member had this score.
        case none
    }

    /// Becomes a table when so many members do not fit the packed form, or one so long; for members
    /// that are about to be set.
    public func prepare(
        memberCount: Int, longestBytes: Int = 0, limits: SortedSetLimits
    ) {
        if memberCount > limits.mostPackedMembers || longestBytes > limits.maximumPackedBytes {
            becomeTable(limits)
        }
    }

    /// Gives a member a score, which is not NaN. The bytes must not be a view of this set.
    /// O(log n), packed O(bytes).
    @discardableResult
    public func set(_ member: Bytes, to score: Double, limits: SortedSetLimits) -> Change {
        if table == nil {
            if let (item, _) = packed.find(member) {
                guard item.score != score else { return .none }
                packed.remove(item)
                packed.insert(member, score)
                return .updated
            }
            if packed.count < limits.mostPackedMembers,
                member.count <= limits.maximumPackedBytes,
                packed.byteCount + member.count < SortedSetLimits.maximumTotalBytes
            {
                packed.insert(member, score)
                return .added
            }
            becomeTable(limits)
        }
        guard let table else { return .none }
        guard let found = table.find(member) else {
            table.insert(member, score)
            return .added
        }
        guard found.score != score else { return .none }
        table.update(found, to: score)
        return .updated
    }

    /// Removes a member; false when it is absent. O(log n), packed O(bytes).
    @discardableResult
    public func remove(_ member: Bytes) -> Bool {
        if let table {
            guard let found = table.find(member) else { return false }
            table.remove(found)
            return true
        }
        guard let (item, _) = packed.find(member) else { return false }
        packed.remove(item)
        return true
    }

    /// Removes the members whose ranks are in a part of `0..<count`. O(log n + members), packed
    /// O(bytes).
    public func removeSubrange(_ ranks: Range<Int>) {
        precondition(ranks.lowerBound >= 0 && ranks.upperBound <= count, "ranks out of range")
        if let table {
            table.removeSubrange(ranks)
        } else {
            packed.removeSubrange(ranks)
        }
    }

    private func becomeTable(_ limits: SortedSetLimits) {
        guard table == nil else { return }
        let table = ScoreTable(hasher: limits.hasher)
        packed.walk { item in
            table.insert(item.name, item.score)
            return true
        }
        packed.removeAll()
        self.table = table
    }
}
