// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// A node of a ``ScoreTree``. Only a node that nobody else refers to may be changed.
final class ScoreTreeNode {
    static var largestLeaf: Int { 128 }
    static var mostChildren: Int { 64 }

    /// A leaf's members in order; else the first member below each child.
    private var members: [RankedMember]
    /// Empty in a leaf.
    private var children: [ScoreTreeNode] = []
    /// How many members are below each child; empty in a leaf.
    private var sizes: [Int] = []
    /// How many members are below.
    private(set) var count: Int

    init(leaf members: [RankedMember]) {
        self.members = members
        count = members.count
    }

    /// A node above some, none of them empty.
    init(children: [ScoreTreeNode]) {
        self.children = children
        members = children.map { $0.members[0] }
        sizes = children.map(\.count)
        count = sizes.reduce(0, +)
    }

    private init(copying other: ScoreTreeNode) {
        members = other.members
        children = other.children
        sizes = other.sizes
        count = other.count
    }

    func clone() -> ScoreTreeNode { ScoreTreeNode(copying: self) }

    private var isLeaf: Bool { children.isEmpty }

    /// The only child, if there is one.
    var onlyChild: ScoreTreeNode? { children.count == 1 ? children[0] : nil }

    var memoryBytes: Int {
        var bytes = 64 + 40 + members.capacity * 16
        guard !isLeaf else { return bytes }
        bytes += 80 + children.capacity * 8 + sizes.capacity * 8
        return children.reduce(bytes) { $0 + $1.memoryBytes }
    }
}

// MARK: - Reading

extension ScoreTreeNode {
    /// How many of ``members`` satisfy a condition that none does behind one that does not.
    @inline(__always)
    private func prefixLength(_ isInside: (RankedMember) -> Bool) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if isInside(members[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// How many of ``members`` stand before a score and name. Nothing is retained on the way, and
    /// names are looked at only where scores are equal.
    private func placeOf(_ score: Double, _ name: Bytes) -> Int {
        let isLeaf = isLeaf
        return unsafe members.withUnsafeBufferPointer { members in
            let count = members.count
            if isLeaf, let first = members.baseAddress {
                // Few leaves are in a cache: better all lines at once than one after the other.
                unsafe UnsafeRawPointer(first).prefetch(count * MemoryLayout<RankedMember>.stride)
            }
            var low = 0
            var rest = count
            while rest > 0 {
                let half = rest / 2
                let isBefore = unsafe members[low &+ half].score < score
                low = isBefore ? low &+ half &+ 1 : low
                rest = isBefore ? rest &- half &- 1 : half
            }
            // Mostly few have the same score, so the search among them begins with short steps.
            var step = 1
            var high = low
            while high < count, unsafe members[high].precedes(score, name) {
                low = high + 1
                high += step
                step *= 2
            }
            high = Swift.min(high, count)
            while low < high {
                let middle = (low + high) / 2
                if unsafe members[middle].precedes(score, name) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }
    }

    /// The child that a member with this score and name is or would be below, and whether it is
    /// the first there.
    private func childOf(_ score: Double, _ name: Bytes) -> (index: Int, isFirst: Bool) {
        let place = placeOf(score, name)
        let isFirst = unsafe members.withUnsafeBufferPointer { members in
            unsafe place < members.count && members[place].score == score
                && members[place].member.name.compare(name) == 0
        }
        return isFirst ? (place, true) : (Swift.max(0, place - 1), false)
    }

    /// How many members stand before a score and name.
    func rank(of score: Double, _ name: Bytes) -> Int {
        var node = self
        var before = 0
        while true {
            if node.isLeaf { return before + node.placeOf(score, name) }
            let index = node.childOf(score, name).index
            for index in 0..<index { before += node.sizes[index] }
            node = node.children[index]
        }
    }

    func prefixCount(_ isInside: (RankedMember) -> Bool) -> Int {
        var node = self
        var before = 0
        while true {
            let length = node.prefixLength(isInside)
            if node.isLeaf { return before + length }
            // The first member of the first child is outside, so all are.
            guard length > 0 else { return before }
            for index in 0..<(length - 1) { before += node.sizes[index] }
            node = node.children[length - 1]
        }
    }

    func member(at rank: Int) -> RankedMember {
        var node = self
        var rest = rank
        while !node.isLeaf {
            var index = 0
            while rest >= node.sizes[index] {
                rest -= node.sizes[index]
                index += 1
            }
            node = node.children[index]
        }
        return node.members[rest]
    }

    /// Walks along a part of `0..<count`; false when `body` has ended it.
    func walk(_ ranks: Range<Int>, _ body: (RankedMember) -> Bool) -> Bool {
        guard !isLeaf else {
            for index in ranks where !body(members[index]) { return false }
            return true
        }
        var first = 0
        for (child, size) in zip(children, sizes) {
            if first >= ranks.upperBound { break }
            let part = ranks.clamped(to: first..<(first + size))
            if !part.isEmpty {
                let own = (part.lowerBound - first)..<(part.upperBound - first)
                guard child.walk(own, body) else { return false }
            }
            first += size
        }
        return true
    }

    /// As ``walk(_:_:)``, from the last to the first.
    func walkBack(_ ranks: Range<Int>, _ body: (RankedMember) -> Bool) -> Bool {
        guard !isLeaf else {
            for index in ranks.reversed() where !body(members[index]) { return false }
            return true
        }
        var end = count
        for index in children.indices.reversed() {
            let first = end - sizes[index]
            if end <= ranks.lowerBound { break }
            let part = ranks.clamped(to: first..<end)
            if !part.isEmpty {
                let own = (part.lowerBound - first)..<(part.upperBound - first)
                guard children[index].walkBack(own, body) else { return false }
            }
            end = first
        }
        return true
    }
}

// MARK: - Changing

extension ScoreTreeNode {
    /// The child at `index`, made private.
    private func privateChild(_ index: Int) -> ScoreTreeNode {
        if !isKnownUniquelyReferenced(&children[index]) {
            children[index] = children[index].clone()
        }
        return children[index]
    }

    /// Adds a member; returns the node to stand behind this one if it had to be split.
    func insert(_ member: RankedMember) -> ScoreTreeNode? {
        let place = placeOf(member.score, member.name)
        guard !isLeaf else { return insert(member, inLeafAt: place) }
        let index = Swift.max(0, place - 1)
        let child = privateChild(index)
        let sibling = child.insert(member)
        count += 1
        sizes[index] = child.count
        if place == 0 { members[0] = member }
        guard let sibling else { return nil }
        children.insert(sibling, at: index + 1)
        members.insert(sibling.members[0], at: index + 1)
        sizes.insert(sibling.count, at: index + 1)
        return children.count > Self.mostChildren ? split(at: children.count / 2) : nil
    }

    private func insert(_ member: RankedMember, inLeafAt place: Int) -> ScoreTreeNode? {
        guard members.count >= Self.largestLeaf else {
            members.insert(member, at: place)
            count += 1
            return nil
        }
        // A full leaf stays full when members come in order, or in reverse.
        if place == count { return ScoreTreeNode(leaf: [member]) }
        if place == 0 {
            let rest = ScoreTreeNode(leaf: members)
            members = [member]
            count = 1
            return rest
        }
        let middle = count / 2
        let rest = ScoreTreeNode(leaf: Array(members[middle...]))
        members = Array(members[..<middle])
        if place <= middle {
            members.insert(member, at: place)
        } else {
            rest.members.insert(member, at: place - middle)
            rest.count += 1
        }
        count = members.count
        return rest
    }

    private func split(at middle: Int) -> ScoreTreeNode {
        let rest = ScoreTreeNode(children: Array(children[middle...]))
        members = Array(members[..<middle])
        children = Array(children[..<middle])
        sizes = Array(sizes[..<middle])
        count -= rest.count
        return rest
    }

    /// Gives a member another score if the leaf alone tells that it stands where it is with it;
    /// else takes it out and answers false.
    func setScoreOrRemove(_ member: ScoredMember, _ score: Double) -> Bool {
        guard isLeaf else {
            let (index, isFirst) = childOf(member.score, member.name)
            let child = privateChild(index)
            if child.setScoreOrRemove(member, score) { return true }
            didRemove(from: child, index, isFirst)
            return false
        }
        let place = placeOf(member.score, member.name)
        guard place > 0, place + 1 < members.count,
            members[place - 1].precedes(score, member.name),
            !members[place + 1].precedes(score, member.name)
        else {
            members.remove(at: place)
            count -= 1
            return false
        }
        members[place].score = score
        member.setScore(score)
        return true
    }

    /// Takes out the member with this score and name, which is in.
    func remove(_ score: Double, _ name: Bytes) {
        guard isLeaf else {
            let (index, isFirst) = childOf(score, name)
            let child = privateChild(index)
            child.remove(score, name)
            return didRemove(from: child, index, isFirst)
        }
        members.remove(at: placeOf(score, name))
        count -= 1
    }

    private func didRemove(from child: ScoreTreeNode, _ index: Int, _ wasFirst: Bool) {
        count -= 1
        if child.count == 0 {
            removeChild(index)
        } else {
            sizes[index] = child.count
            if wasFirst { members[index] = child.members[0] }
            // Of leaves the sizes alone tell, so that no other is touched.
            guard !child.isLeaf || isSmall(index) || isSmall(index - 1) else { return }
        }
        mergeIfSmall(index)
        mergeIfSmall(index - 1)
    }

    /// Whether a leaf and the next have few members together.
    private func isSmall(_ index: Int) -> Bool {
        index >= 0 && index + 1 < sizes.count
            && sizes[index] + sizes[index + 1] <= Self.largestLeaf * 3 / 4
    }

    /// Brings in line what this node knows of a child, which is not empty.
    private func update(_ index: Int, from child: ScoreTreeNode) {
        members[index] = child.members[0]
        sizes[index] = child.count
    }

    /// Takes out the members whose ranks are in a part of `0..<count`.
    func remove(_ ranks: Range<Int>) {
        guard !isLeaf else {
            members.removeSubrange(ranks)
            count = members.count
            return
        }
        var end = count
        var touched = 0
        for index in children.indices.reversed() {
            let size = sizes[index]
            let first = end - size
            let part = ranks.clamped(to: first..<end)
            end = first
            guard !part.isEmpty else { continue }
            touched = index
            count -= part.count
            if part.count == size {
                removeChild(index)
                continue
            }
            let child = privateChild(index)
            child.remove((part.lowerBound - first)..<(part.upperBound - first))
            update(index, from: child)
        }
        // Only the children at the two ends of the range have become smaller.
        mergeIfSmall(touched)
        mergeIfSmall(touched - 1)
    }

    private func removeChild(_ index: Int) {
        children.remove(at: index)
        members.remove(at: index)
        sizes.remove(at: index)
    }

    /// Joins a child with the next, if there is one and both together are well below the limit.
    private func mergeIfSmall(_ index: Int) {
        guard index >= 0, index + 1 < children.count else { return }
        let next = children[index + 1]
        let limit = next.isLeaf ? Self.largestLeaf : Self.mostChildren
        guard children[index].members.count + next.members.count <= limit * 3 / 4 else { return }
        let child = privateChild(index)
        child.members += next.members
        child.children += next.children
        child.sizes += next.sizes
        child.count += next.count
        removeChild(index + 1)
        update(index, from: child)
    }
}
