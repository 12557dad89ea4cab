// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("SetValue")
struct SetValueTests {
    private static func limits(_ integers: Int = 512, _ strings: Int = 128) -> SetLimits {
        var limits = SetLimits(hasher: SipHash(key: (5, 6)))
        limits.maximumIntegers = integers
        limits.maximumPackedMembers = strings
        return limits
    }

    private static func members(of set: SetValue) -> [ByteString] {
        var members: [ByteString] = []
        set.forEach { members.append($0.string) }
        return members
    }

    @discardableResult
    private static func add(_ name: String, to set: SetValue, _ limits: SetLimits) -> Bool {
        ByteString(name).withBytes { set.add($0, limits: limits) }
    }

    private static func set(_ names: [String], _ limits: SetLimits) -> SetValue {
        let set = SetValue(.intset, limits: limits)
        for name in names { add(name, to: set, limits) }
        return set
    }

    @Test(
        "does what a set does in every form",
        arguments: [(1, 512, 128), (2, 10, 128), (3, 0, 0), (4, 512, 20), (5, 8, 8)]
            as [(UInt64, Int, Int)])
    func model(seed: UInt64, integers: Int, strings: Int) {
        var random = RandomSource(seed: seed)
        let limits = Self.limits(integers, strings)
        let set = SetValue(.intset, limits: limits)
        var model: Set<ByteString> = []
        for step in 0..<4_000 {
            // Numbers only at first; all that begin with a letter later.
            let number = random.below(60)
            let name = ByteString(step > 300 && number % 3 == 0 ? "n\(number)" : "\(number - 20)")
            if random.below(2) == 0 {
                let isNew = name.withBytes { set.add($0, limits: limits) }
                #expect(isNew == model.insert(name).inserted)
            } else {
                let isRemoved = name.withBytes { set.remove($0) }
                #expect(isRemoved == (model.remove(name) != nil))
            }
            #expect(set.count == model.count)
            if step % 100 == 0 {
                #expect(Set(Self.members(of: set)) == model)
                #expect(model.allSatisfy { $0.withBytes { set.contains($0) } })
            }
        }
        #expect(Set(Self.members(of: set.copy())) == model)
        #expect((set.encoding == .hashtable) == (integers < 60 || strings < 60))
    }

    @Test("changes its form by Redis's limits, and not back")
    func forms() {
        let limits = Self.limits()
        let numbers = (0..<512).map { "\($0)" }
        #expect(Self.set(numbers, limits).encoding == .intset)
        #expect(Self.set(numbers + ["512"], limits).encoding == .hashtable)
        #expect(Self.set(Array(numbers[..<127]) + ["x"], limits).encoding == .listpack)
        #expect(Self.set(Array(numbers[..<128]) + ["x"], limits).encoding == .hashtable)
        let words = (0..<128).map { "w\($0)" }
        #expect(Self.set(words, limits).encoding == .listpack)
        #expect(Self.set(words + ["x"], limits).encoding == .hashtable)
        let long = String(repeating: "x", count: 64)
        #expect(Self.set([long], limits).encoding == .listpack)
        #expect(Self.set([long + "x"], limits).encoding == .hashtable)
        #expect(Self.set(["1", long + "x"], limits).encoding == .hashtable)

        let large = Self.set(words + ["1"], limits)
        for word in words { ByteString(word).withBytes { _ = large.remove($0) } }
        #expect(large.count == 1 && large.encoding == .hashtable)
        large.becomeIntegers(limits: limits)
        #expect(large.encoding == .intset && Self.members(of: large) == ["1"])
        let mixed = Self.set(["1", "x"], limits)
        mixed.becomeIntegers(limits: limits)
        #expect(mixed.encoding == .listpack)

        var short = limits
        short.maximumPackedBytes = 2
        #expect(Self.set(["-10", "x"], short).encoding == .hashtable)
        #expect(Self.set(["10", "-9", "x"], short).encoding == .listpack)
    }

    @Test("is made in the form that suits what is to come")
    func hints() {
        let limits = Self.limits()
        func encoding(_ first: StaticString, _ hint: Int) -> SetValue.Encoding {
            SetValue(toHold: Bytes(first), sizeHint: hint, limits: limits).encoding
        }
        #expect(encoding("1", 512) == .intset)
        #expect(encoding("1", 513) == .hashtable)
        #expect(encoding("x", 128) == .listpack)
        #expect(encoding("x", 129) == .hashtable)
        let prepared = Self.set(["x"], limits)
        prepared.prepare(sizeHint: 128, limits: limits)
        #expect(prepared.encoding == .listpack)
        prepared.prepare(sizeHint: 129, limits: limits)
        #expect(prepared.encoding == .hashtable && Self.members(of: prepared) == ["x"])
    }

    @Test("orders integers by value and strings by arrival")
    func order() {
        let limits = Self.limits()
        #expect(Self.members(of: Self.set(["5", "-3", "400"], limits)) == ["-3", "5", "400"])
        let set = Self.set(["5", "-3", "b", "a", "4"], limits)
        #expect(Self.members(of: set) == ["-3", "5", "b", "a", "4"])
    }

    @Test("takes members of other forms")
    func mixedMembers() {
        let limits = Self.limits()
        let integers = Self.set(["1", "2"], limits)
        let strings = Self.set(["2", "x"], limits)
        let table = SetValue(.hashtable, limits: limits)
        for set in [integers, strings] {
            set.forEach { table.add($0, limits: limits) }
            #expect(set.allSatisfy { table.contains($0) })
        }
        #expect(Set(Self.members(of: table)) == ["1", "2", "x"])
        #expect(!table.allSatisfy { integers.contains($0) })
        strings.forEach { table.remove($0) }
        #expect(Self.members(of: table) == ["1"])
        let fresh = SetValue(.intset, limits: limits)
        table.forEach { fresh.add($0, limits: limits) }
        #expect(fresh.encoding == .intset)
    }

    @Test("draws every member about equally often", arguments: ["", "w"], [8, 120, 600])
    func randomMembers(prefix: String, count: Int) {
        let set = Self.set((0..<count).map { "\(prefix)\($0)" }, Self.limits())
        let random = RandomStream(seed: 3)
        var drawn: [ByteString: Int] = [:]
        set.forEachRandom(count * 100, using: random) { drawn[$0.string, default: 0] += 1 }
        #expect(drawn.count == count)
        #expect(drawn.values.allSatisfy { $0 > 50 && $0 < 160 })
        #expect(set.randomMember(using: random) != nil)
        for wanted in [0, 1, count / 10 + 1, count / 2, count - 1, count, count * 2] {
            var distinct: [ByteString] = []
            set.forEachRandomDistinct(wanted, using: random) { distinct.append($0.string) }
            #expect(distinct.count == min(wanted, count))
            #expect(Set(distinct).count == distinct.count)
        }
        let empty = SetValue(.listpack, limits: Self.limits())
        empty.forEachRandom(3, using: random) { _ in Issue.record("drawn from nothing") }
        #expect(empty.randomMember(using: random) == nil)
    }

    @Test("gives up random members", arguments: ["", "w"], [10, 600])
    func pops(prefix: String, count: Int) {
        for popped in [0, 1, count / 2, count - count / 6 - 1, count - 1] {
            let all = Set((0..<count).map { ByteString("\(prefix)\($0)") })
            let set = Self.set((0..<count).map { "\(prefix)\($0)" }, Self.limits())
            let taken = set.pop(popped, using: RandomStream(seed: 4), limits: Self.limits())
            #expect(taken.count == popped && Set(taken).count == popped)
            #expect(Set(taken).union(Self.members(of: set)) == all)
            #expect(set.count == count - popped)
            let isFew = count == 600 && set.count <= popped / 5
            #expect(set.encodingName == (isFew ? "listpack" : set.encodingName))
        }
    }

    @Test("counts its bytes")
    func memory() {
        let limits = Self.limits()
        #expect(SetValue(.intset, limits: limits).memoryBytes(samples: 5) == 64)
        let small = Self.set(["1", "2", "3"], limits)
        #expect(small.memoryBytes(samples: 5) == 96)
        let large = Self.set((0..<10_000).map { "\($0)" }, limits)
        #expect(large.memoryBytes(samples: 0) < 200_000)
    }
}

extension StaticString {
    fileprivate static func == (left: StaticString, right: StaticString) -> Bool {
        Bytes(left) == Bytes(right)
    }
}
