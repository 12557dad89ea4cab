// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("SortedSetValue")
struct SortedSetValueTests {
    /// A sorted set and what a sorted array says of it.
    private struct Twin {
        var set = SortedSetValue()
        var model: [(member: ByteString, score: Double)] = []
        var limits: SortedSetLimits

        init(packedMembers: Int) {
            limits = SortedSetLimits(hasher: SipHash(key: (5, 6)))
            limits.maximumPackedMembers = packedMembers
        }

        private func place(_ member: ByteString, _ score: Double) -> Int {
            model.firstIndex { $0.score > score || ($0.score == score && member < $0.member) }
                ?? model.count
        }

        mutating func set(_ member: ByteString, _ score: Double) {
            let change = member.withBytes { set.set($0, to: score, limits: limits) }
            if let index = model.firstIndex(where: { $0.member == member }) {
                #expect(change == (model[index].score == score ? .none : .updated))
                model.remove(at: index)
            } else {
                #expect(change == .added)
            }
            model.insert((member, score), at: place(member, score))
        }

        mutating func remove(_ member: ByteString) {
            let index = model.firstIndex { $0.member == member }
            let isRemoved = member.withBytes { set.remove($0) }
            #expect(isRemoved == (index != nil))
            if let index { model.remove(at: index) }
        }

        func check(_ random: inout RandomSource) {
            #expect(set.count == model.count)
            var seen: [(member: ByteString, score: Double)] = []
            set.forEach { seen.append((ByteString($0), $1)) }
            #expect(seen.map(\.member) == model.map(\.member))
            #expect(seen.map(\.score) == model.map(\.score))
            let low = random.below(model.count + 1)
            let high = low + random.below(model.count - low + 1)
            var part: [ByteString] = []
            set.walk(low..<high, reversed: true) { member, _ in
                part.append(ByteString(member))
                return true
            }
            #expect(part == model[low..<high].map(\.member).reversed())
            for (rank, element) in model.enumerated() where random.below(8) == 0 {
                let found = element.member.withBytes { set.rank(of: $0) }
                #expect(found?.rank == rank && found?.score == element.score)
                let there = set.element(at: rank)
                #expect(ByteString(there.member) == element.member)
            }
            checkRanges(&random)
        }

        private func checkRanges(_ random: inout RandomSource) {
            let range = ScoreRange(
                Double(random.below(24) - 12), Double(random.below(24) - 12),
                excludesMinimum: random.below(2) == 0, excludesMaximum: random.below(2) == 0)
            let below = model.count { element in
                range.excludesMinimum
                    ? element.score <= range.minimum : element.score < range.minimum
            }
            let through = model.count { element in
                range.excludesMaximum
                    ? element.score < range.maximum : element.score <= range.maximum
            }
            let ranks = set.ranks(of: range)
            #expect(ranks.count == Swift.max(0, through - below))
            if !ranks.isEmpty { #expect(ranks.lowerBound == below) }
        }

        /// One random change.
        mutating func step(_ random: inout RandomSource, members: Int) {
            let member = ByteString("member\(random.below(members))")
            switch random.below(40) {
            case 0..<24: set(member, Double(random.below(40) - 20) / 2)
            case 24..<39: remove(member)
            default:
                let low = random.below(model.count + 1)
                let high = low + random.below((model.count - low) / 4 + 1)
                set.removeSubrange(low..<high)
                model.removeSubrange(low..<high)
            }
        }
    }

    @Test(
        "does what a sorted array does, packed and as a table",
        arguments: [(1, 1_000), (2, 0), (3, 20), (4, 0), (5, 128)] as [(UInt64, Int)])
    func model(seed: UInt64, packedMembers: Int) {
        var random = RandomSource(seed: seed)
        var twin = Twin(packedMembers: packedMembers)
        for step in 0..<2_500 {
            twin.step(&random, members: 300)
            if step % 100 == 0 { twin.check(&random) }
        }
        twin.check(&random)
        #expect(twin.set.isPacked == (packedMembers == 1_000))
    }

    @Test("keeps its order when it is large", arguments: [0, 1, 2])
    func large(order: Int) {
        var random = RandomSource(seed: 9)
        let limits = SortedSetLimits(hasher: SipHash(key: (5, 6)))
        let set = SortedSetValue()
        let count = 12_000
        for number in 0..<count {
            let score = order == 0 ? number : order == 1 ? -number : number &* 7919 % count
            let name = ByteString("m\(score)")
            name.withBytes { _ = set.set($0, to: Double(score), limits: limits) }
        }
        #expect(set.count == count)
        var last = -Double.infinity
        set.forEach { _, score in
            #expect(score > last)
            last = score
        }
        let first = order == 1 ? 1 - count : 0
        for _ in 0..<500 {
            let rank = random.below(count)
            #expect(set.element(at: rank).score == Double(first + rank))
            let name = ByteString("m\(first + rank)")
            #expect(name.withBytes { set.rank(of: $0)?.rank } == rank)
        }
        // Members that came in order fill the leaves.
        if order < 2 { #expect(set.memoryBytes(samples: 0) / count < 90) }
        while set.count > 0 {
            let low = random.below(set.count)
            set.removeSubrange(low..<Swift.min(set.count, low + 1 + random.below(3_000)))
        }
        #expect(set.memoryBytes(samples: 0) < 1_000)
    }

    @Test("has copies that go their own ways", arguments: [(1, 2_000), (2, 0)] as [(UInt64, Int)])
    func copies(seed: UInt64, packedMembers: Int) {
        var random = RandomSource(seed: seed)
        var first = Twin(packedMembers: packedMembers)
        for _ in 0..<1_000 { first.step(&random, members: 900) }
        var second = first
        second.set = first.set.copy()
        #expect(second.set.isPacked == first.set.isPacked)
        for _ in 0..<1_000 {
            first.step(&random, members: 900)
            second.step(&random, members: 900)
        }
        var third = second
        third.set = second.set.copy()
        for _ in 0..<800 { third.step(&random, members: 900) }
        for twin in [first, second, third] { twin.check(&random) }
    }

    @Test("becomes a table by Redis's limits, and stays one")
    func conversion() {
        let limits = SortedSetLimits(hasher: SipHash(key: (1, 2)))
        func set(_ members: Int, longest: Int = 1) -> SortedSetValue {
            let set = SortedSetValue()
            for number in 0..<members {
                let filler = String(repeating: "x", count: longest)
                let name = ByteString(longest > 1 ? filler : "\(number)")
                name.withBytes { _ = set.set($0, to: 1, limits: limits) }
            }
            return set
        }
        #expect(set(128).isPacked && set(128).encodingName.description == "listpack")
        #expect(!set(129).isPacked && set(129).encodingName.description == "skiplist")
        #expect(set(1, longest: 64).isPacked)
        #expect(!set(1, longest: 65).isPacked)

        let large = set(129)
        large.removeSubrange(1..<129)
        #expect(large.count == 1 && !large.isPacked)

        let announced = SortedSetValue()
        announced.prepare(memberCount: 129, limits: limits)
        #expect(!announced.isPacked)
    }

    @Test("finds ranges of bytes", arguments: [0, 128])
    func lexRanges(packedMembers: Int) {
        var limits = SortedSetLimits(hasher: SipHash(key: (1, 2)))
        limits.maximumPackedMembers = packedMembers
        let set = SortedSetValue()
        for name in ["a", "b", "bb", "c", "d"] as [ByteString] {
            name.withBytes { _ = set.set($0, to: 0, limits: limits) }
        }
        func ranks(_ minimum: LexRange.Bound, _ maximum: LexRange.Bound) -> Range<Int> {
            set.ranks(of: LexRange(minimum, maximum))
        }
        #expect(ranks(.lowest, .highest) == 0..<5)
        #expect(ranks(.including(Bytes("b")), .including(Bytes("c"))) == 1..<4)
        #expect(ranks(.excluding(Bytes("b")), .excluding(Bytes("c"))) == 2..<3)
        #expect(ranks(.including(Bytes("aa")), .highest) == 1..<5)
        #expect(ranks(.highest, .highest).isEmpty && ranks(.lowest, .lowest).isEmpty)
        #expect(ranks(.including(Bytes("c")), .including(Bytes("b"))).isEmpty)
    }

    @Test("is scanned whole while it changes", arguments: 1...4 as ClosedRange<UInt64>)
    func scanGuarantee(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let limits = SortedSetLimits(hasher: SipHash(key: (seed, 2)))
        let set = SortedSetValue()
        func add(_ name: String) {
            ByteString(name).withBytes { _ = set.set($0, to: 1, limits: limits) }
        }
        for number in 0..<800 { add("stays\(number)") }
        for number in 0..<800 { add("goes\(number)") }
        var seen: Set<ByteString> = []
        var cursor: UInt64 = 0
        repeat {
            cursor = set.scan(from: cursor, count: 10) { member, _ in
                seen.insert(ByteString(member))
            }
            for _ in 0..<20 {
                let name = ByteString("goes\(random.below(800))")
                name.withBytes { _ = set.remove($0) }
                if seed.isMultiple(of: 2) { add("comes\(random.below(100_000))") }
            }
        } while cursor != 0
        #expect((0..<800).allSatisfy { seen.contains(ByteString("stays\($0)")) })
    }

    @Test("draws every member about equally often", arguments: [8, 600])
    func randomMembers(count: Int) {
        let limits = SortedSetLimits(hasher: SipHash(key: (1, 2)))
        let set = SortedSetValue()
        for number in 0..<count {
            ByteString("\(number)").withBytes { _ = set.set($0, to: 1, limits: limits) }
        }
        let random = RandomStream(seed: 3)
        var drawn: [ByteString: Int] = [:]
        set.forEachRandom(count * 100, using: random) { member, _ in
            drawn[ByteString(member), default: 0] += 1
        }
        #expect(drawn.count == count)
        #expect(drawn.values.allSatisfy { $0 > 40 && $0 < 200 })
        for wanted in [1, count / 10 + 1, count / 2, count - 1, count, count * 2] {
            var distinct: [ByteString] = []
            set.forEachRandomDistinct(wanted, using: random) { member, _ in
                distinct.append(ByteString(member))
            }
            #expect(distinct.count == min(wanted, count))
            #expect(Set(distinct).count == distinct.count)
        }
    }
}
