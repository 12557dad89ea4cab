// SPDX-License-Identifier: Apache-2.0

internal import Containers
internal import Primitives

/// The members of a large sorted set: by name, and in order.
final class ScoreTable {
    private(set) var members: SegmentedTable<ScoredMember>
    private(set) var tree = ScoreTree()

    init(hasher: SipHash) {
        members = SegmentedTable(hasher: hasher)
    }

    private init(copying other: ScoreTable) {
        members = other.members.copy()
        tree = other.tree
    }

    /// An equal table; whatever is large is shared until one of both changes it.
    func copy() -> ScoreTable { ScoreTable(copying: self) }
}

extension ScoreTable {
    var count: Int { members.count }

    func find(_ name: Bytes) -> ScoredMember? { members.find(name) }

    /// Adds a member that is not in.
    func insert(_ name: Bytes, _ score: Double) {
        let member = ScoredMember.make(name, score)
        members.insert(member, hash: members.hash(name))
        tree.insert(member)
    }

    /// Gives a member that is in another score.
    func update(_ member: ScoredMember, to score: Double) {
        guard members.isShared else {
            guard !tree.setScoreOrRemove(member, score) else { return }
            member.setScore(score)
            tree.insert(member)
            return
        }
        tree.remove(member.score, member.name)
        let moved = ScoredMember.make(member.name, score)
        members.replace(with: moved, hash: members.hash(member.name))
        tree.insert(moved)
    }

    func remove(_ member: ScoredMember) {
        tree.remove(member.score, member.name)
        members.remove(member.name, hash: members.hash(member.name))
    }

    /// Removes the members whose ranks are in a part of `0..<count`.
    func removeSubrange(_ ranks: Range<Int>) {
        // The tree keeps them until the table has let go.
        tree.walk(ranks) { member in
            members.remove(member.name, hash: members.hash(member.name))
            return true
        }
        tree.removeSubrange(ranks)
    }

    /// Bytes of table and tree, and of the members, extrapolated from `samples` of them; 0 means
    /// all.
    func memoryBytes(samples: Int) -> Int {
        let seen = samples == 0 ? count : min(samples, count)
        var bytes = 0
        tree.walk(0..<seen) { member in
            bytes += member.member.memoryBytes
            return true
        }
        if seen > 0, seen < count { bytes = bytes / seen * count }
        return 48 + members.memoryBytes() + tree.memoryBytes + bytes
    }
}
