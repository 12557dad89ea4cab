// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// The members of a large sorted set in order: a B+ tree that counts what is below each node.
///
/// Rank, member by rank and the first member that satisfies a condition are O(log n). A copy of
/// the tree is a retain; whoever changes then copies the nodes on its path, each 128 references at
/// most. Leaves are split so that members that come in order, or in reverse, fill them up. Not
/// thread-safe.
struct ScoreTree {
    private var root = ScoreTreeNode(leaf: [])
}

extension ScoreTree {
    var count: Int { root.count }

    /// The member with a rank in `0..<count`.
    func member(at rank: Int) -> RankedMember {
        precondition(rank >= 0 && rank < count, "rank out of range")
        return root.member(at: rank)
    }

    /// How many members, all at the front, satisfy a condition that holds for no member behind one
    /// for which it does not hold.
    func prefixCount(_ isInside: (RankedMember) -> Bool) -> Int {
        root.prefixCount(isInside)
    }

    /// The rank that a member with this score and name has or would have.
    func rank(of score: Double, _ name: Bytes) -> Int {
        root.rank(of: score, name)
    }

    /// Calls `body` with the members whose ranks are in a part of `0..<count`, in order or in
    /// reverse, while it returns true.
    func walk(_ ranks: Range<Int>, reversed: Bool = false, _ body: (RankedMember) -> Bool) {
        guard !ranks.isEmpty else { return }
        _ = reversed ? root.walkBack(ranks, body) : root.walk(ranks, body)
    }

    /// Adds a member that is not in.
    mutating func insert(_ member: ScoredMember) {
        makeRootPrivate()
        if let sibling = root.insert(RankedMember(member)) {
            root = ScoreTreeNode(children: [root, sibling])
        }
    }

    /// Gives a member that is in another score if that is seen at once to leave it where it is;
    /// else takes it out and answers false. The member must be nobody else's.
    mutating func setScoreOrRemove(_ member: ScoredMember, _ score: Double) -> Bool {
        makeRootPrivate()
        if root.setScoreOrRemove(member, score) { return true }
        shrinkRoot()
        return false
    }

    /// Takes out the member with this score and name, which is in.
    mutating func remove(_ score: Double, _ name: Bytes) {
        makeRootPrivate()
        root.remove(score, name)
        shrinkRoot()
    }

    /// Takes out the members whose ranks are in a part of `0..<count`. O(log n + members).
    mutating func removeSubrange(_ ranks: Range<Int>) {
        guard !ranks.isEmpty else { return }
        makeRootPrivate()
        root.remove(ranks)
        shrinkRoot()
    }

    private mutating func shrinkRoot() {
        while let only = root.onlyChild { root = only }
        if root.count == 0 { root = ScoreTreeNode(leaf: []) }
    }

    /// Bytes of all nodes. O(nodes).
    var memoryBytes: Int { root.memoryBytes }

    private mutating func makeRootPrivate() {
        if !isKnownUniquelyReferenced(&root) { root = root.clone() }
    }
}
