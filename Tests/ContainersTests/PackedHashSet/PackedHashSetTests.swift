// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("PackedHashSet")
struct PackedHashSetTests {
    /// A set and what the standard library says of it.
    private struct Twin {
        var set = PackedHashSet(hasher: SipHash(key: (3, 4)))
        var model: Set<ByteString> = []

        mutating func step(_ random: inout RandomSource, names: Int, growing: Bool) {
            let number = random.below(names)
            // Every 50th name is long, some longer than all of a chunk.
            let padding = number % 50 == 0 ? [100, 300, 20_000][number / 50 % 3] : 0
            let name = ByteString(
                Array("m\(number)".utf8) + [UInt8](repeating: 0, count: padding))
            if growing ? random.below(4) > 0 : random.below(4) == 0 {
                let isNew = name.withBytes { set.insert($0) }
                #expect(isNew == model.insert(name).inserted)
            } else {
                let isRemoved = name.withBytes { set.remove($0) }
                #expect(isRemoved == (model.remove(name) != nil))
            }
        }

        func check() {
            var seen: [ByteString] = []
            set.forEach { seen.append(ByteString($0)) }
            #expect(seen.count == set.count)
            #expect(Set(seen) == model)
            #expect(model.allSatisfy { $0.withBytes { set.contains($0) } })
        }
    }

    @Test("does what a set does while it grows and shrinks", arguments: [(1, 60), (2, 3_000)])
    func model(seed: UInt64, names: Int) {
        var random = RandomSource(seed: seed)
        var twin = Twin()
        for round in 0..<4 {
            for _ in 0..<6_000 { twin.step(&random, names: names, growing: round % 2 == 0) }
            twin.check()
        }
        for name in twin.model { name.withBytes { _ = twin.set.remove($0) } }
        twin.model = []
        twin.check()
        #expect(twin.set.memoryBytes(samples: 0) < 1_000)
    }

    @Test("has copies that go their own ways", arguments: 1...3 as ClosedRange<UInt64>)
    func copies(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var first = Twin()
        for _ in 0..<4_000 { first.step(&random, names: 2_000, growing: true) }
        var second = first
        second.set = first.set.copy()
        for _ in 0..<3_000 {
            first.step(&random, names: 2_000, growing: true)
            second.step(&random, names: 2_000, growing: false)
        }
        var third = second
        third.set = second.set.copy()
        for _ in 0..<3_000 { third.step(&random, names: 2_000, growing: true) }
        for twin in [first, second, third] { twin.check() }
    }

    @Test("is scanned whole while it changes", arguments: 1...4 as ClosedRange<UInt64>)
    func scanGuarantee(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let set = PackedHashSet(hasher: SipHash(key: (seed, 2)))
        func insert(_ name: String) { ByteString(name).withBytes { _ = set.insert($0) } }
        for number in 0..<3_000 { insert("stays\(number)") }
        for number in 0..<3_000 { insert("goes\(number)") }
        var seen: [ByteString: Int] = [:]
        var cursor: UInt64 = 0
        var calls = 0
        repeat {
            cursor = set.scan(from: cursor, count: [1, 10, 100][random.below(3)]) {
                seen[ByteString($0), default: 0] += 1
            }
            calls += 1
            for _ in 0..<20 {
                ByteString("goes\(random.below(3_000))").withBytes { _ = set.remove($0) }
                if seed.isMultiple(of: 2) { insert("comes\(random.below(100_000))") }
            }
        } while cursor != 0
        #expect((0..<3_000).allSatisfy { seen[ByteString("stays\($0)")] == 1 })
        #expect(calls > 60)
    }

    @Test("is scanned in steps of about the size that is asked for")
    func scanSteps() {
        let set = PackedHashSet(hasher: SipHash(key: (1, 2)))
        for number in 0..<20_000 { ByteString("\(number)").withBytes { _ = set.insert($0) } }
        var cursor: UInt64 = 0
        var largest = 0
        var total = 0
        repeat {
            var here = 0
            cursor = set.scan(from: cursor, count: 10) { _ in here += 1 }
            largest = max(largest, here)
            total += here
        } while cursor != 0
        #expect(total == 20_000 && largest < 40)
    }

    /// A chi-squared test: 12 % and more of fair draws deviate so much in no seed of these.
    @Test("draws every member equally often", arguments: [1, 5, 70, 500])
    func fairness(count: Int) {
        let set = PackedHashSet(hasher: SipHash(key: (9, 9)))
        for number in 0..<(count * 3) { ByteString("\(number)").withBytes { _ = set.insert($0) } }
        for number in count..<(count * 3) {
            ByteString("\(number)").withBytes { _ = set.remove($0) }
        }
        let random = RandomStream(seed: 3)
        var drawn: [ByteString: Int] = [:]
        for _ in 0..<(count * 200) {
            if let found = set.randomMember(using: random) {
                drawn[ByteString(found.member), default: 0] += 1
            }
        }
        #expect(drawn.count == count)
        let deviation = drawn.values.reduce(0.0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
        let expected = Double(count - 1)
        #expect(abs(deviation - expected) <= 4 * (2 * expected).squareRoot())
    }

    @Test("draws nothing from an empty set, and numbers members by their place")
    func drawing() {
        let set = PackedHashSet(hasher: SipHash(key: (9, 9)))
        let random = RandomStream(seed: 3)
        #expect(set.randomMember(using: random) == nil)
        for number in 0..<300 { ByteString("\(number)").withBytes { _ = set.insert($0) } }
        var numbers: [ByteString: Int] = [:]
        for _ in 0..<20_000 {
            guard let found = set.randomMember(using: random) else { continue }
            let name = ByteString(found.member)
            #expect(numbers[name] == nil || numbers[name] == found.number)
            numbers[name] = found.number
        }
        #expect(Set(numbers.values).count == 300)
    }

    @Test("takes few bytes more than its members")
    func memory() {
        let set = PackedHashSet(hasher: SipHash(key: (1, 2)))
        for number in 100_000..<200_000 {
            ByteString("member:\(number)").withBytes { _ = set.insert($0) }
        }
        let each = Double(set.memoryBytes(samples: 0)) / 100_000
        #expect(each > 19 && each < 24)
        let estimated = Double(set.memoryBytes(samples: 50)) / 100_000
        #expect(abs(estimated - each) < each / 4)
    }
}
