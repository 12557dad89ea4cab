// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

extension SortedSetValue {
    /// Calls `body` with the members whose ranks are in a part of `0..<count` and their scores, in
    /// order or in reverse, while it returns true. O(log n + members), packed O(bytes).
    public func walk(
        _ ranks: Range<Int>, reversed: Bool = false,
        _ body: (_ member: Bytes, _ score: Double) -> Bool
    ) {
        precondition(ranks.lowerBound >= 0 && ranks.upperBound <= count, "ranks out of range")
        if let table {
            return table.tree.walk(ranks, reversed: reversed) { body($0.name, $0.score) }
        }
        guard reversed else {
            var rest = ranks.count
            guard rest > 0 else { return }
            return packed.walk(from: packed.position(of: ranks.lowerBound)) { item in
                rest -= 1
                return body(item.name, item.score) && rest > 0
            }
        }
        var items: [PackedScores.Item] = []
        items.reserveCapacity(ranks.upperBound)
        packed.walk {
            items.append($0)
            return items.count < ranks.upperBound
        }
        for index in ranks.reversed() where !body(items[index].name, items[index].score) { return }
    }

    /// Calls `body` with every member and its score, in order. O(members).
    public func forEach(_ body: (_ member: Bytes, _ score: Double) -> Void) {
        walk(0..<count) { member, score in
            body(member, score)
            return true
        }
    }

    /// The member with a rank in `0..<count`, and its score. O(log n), packed O(bytes).
    public func element(at rank: Int) -> (member: Bytes, score: Double) {
        precondition(rank >= 0 && rank < count, "rank out of range")
        if let table {
            let found = table.tree.member(at: rank)
            return (found.name, found.score)
        }
        let item = packed[packed.position(of: rank)]
        return (item.name, item.score)
    }

    /// The ranks of the members with scores in a range. O(log n), packed O(bytes).
    public func ranks(of range: ScoreRange) -> Range<Int> {
        if let table {
            let low = table.tree.prefixCount { range.isBelow($0.score) }
            let high = table.tree.prefixCount { !range.isAbove($0.score) }
            return low..<max(low, high)
        }
        return packedRanks(
            isBelow: { range.isBelow($0.score) }, isAbove: { range.isAbove($0.score) })
    }

    /// The ranks of the members in a range of bytes; of use when all scores are the same. O(log n),
    /// packed O(bytes).
    ///
    /// Where they are not there is no right answer. Redis's is nothing unless the first member and
    /// the last allow for some, and what it finds depends on the end it comes from; so in packed
    /// sets here. In tables its answer is up to chance.
    public func ranks(of range: LexRange, fromEnd: Bool = false) -> Range<Int> {
        guard count > 0, !range.isAbove(element(at: 0).member),
            !range.isBelow(element(at: count - 1).member)
        else { return 0..<0 }
        if let table {
            let low = table.tree.prefixCount { range.isBelow($0.name) }
            let high = table.tree.prefixCount { !range.isAbove($0.name) }
            return low..<max(low, high)
        }
        guard fromEnd else {
            return packedRanks(
                isBelow: { range.isBelow($0.name) }, isAbove: { range.isAbove($0.name) })
        }
        var (low, high) = (count, count)
        walk(0..<count, reversed: true) { member, _ in
            if high == low, range.isAbove(member) {
                low -= 1
                high -= 1
                return true
            }
            guard !range.isBelow(member) else { return false }
            low -= 1
            return true
        }
        return low..<high
    }

    private func packedRanks(
        isBelow: (PackedScores.Item) -> Bool, isAbove: (PackedScores.Item) -> Bool
    ) -> Range<Int> {
        var low = 0
        var high = 0
        packed.walk { item in
            if high == low, isBelow(item) {
                low += 1
                high += 1
                return true
            }
            guard !isAbove(item) else { return false }
            high += 1
            return true
        }
        return low..<high
    }

    /// Calls `body` with some members and returns the cursor to go on with, 0 at the end; the
    /// guarantees are those of SCAN. A packed set comes whole at once; a table in steps of about
    /// `count` members.
    public func scan(
        from cursor: UInt64, count: Int, _ body: (_ member: Bytes, _ score: Double) -> Void
    ) -> UInt64 {
        guard let table else {
            forEach(body)
            return 0
        }
        var cursor = cursor
        var seen = 0
        // Nearly empty buckets cost time too, so there is an end to them.
        var steps = count.multipliedReportingOverflow(by: 10)
        if steps.overflow { steps.partialValue = .max }
        repeat {
            cursor = table.members.scan(from: cursor) { member in
                seen += 1
                body(member.name, member.score)
            }
            steps.partialValue -= 1
        } while cursor != 0 && seen < count && steps.partialValue > 0
        return cursor
    }
}

// MARK: - Chance

extension SortedSetValue {
    /// Calls `body` `count` times with a random member, which may come again. O(log n) each, packed
    /// O(bytes).
    public func forEachRandom(
        _ count: Int, using random: RandomStream, _ body: (_ member: Bytes, _ score: Double) -> Void
    ) {
        guard self.count > 0 else { return }
        for _ in 0..<count {
            let drawn = element(at: random.below(self.count))
            body(drawn.member, drawn.score)
        }
    }

    /// Calls `body` with `count` different random members, or with all when there are no more.
    /// O(count log n), packed or nearly all O(members).
    public func forEachRandomDistinct(
        _ count: Int, using random: RandomStream, _ body: (_ member: Bytes, _ score: Double) -> Void
    ) {
        guard count < self.count else { return forEach(body) }
        if !isPacked, count < self.count / 3 {
            var seen: Set<Int> = []
            while seen.count < count {
                let rank = random.below(self.count)
                guard seen.insert(rank).inserted else { continue }
                let drawn = element(at: rank)
                body(drawn.member, drawn.score)
            }
            return
        }
        // Knuth's selection sampling: every subset is equally likely, and the order stays.
        var left = self.count
        var wanted = count
        walk(0..<self.count) { member, score in
            if random.below(left) < wanted {
                wanted -= 1
                body(member, score)
            }
            left -= 1
            return wanted > 0
        }
    }
}
