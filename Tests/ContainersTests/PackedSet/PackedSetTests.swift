// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("PackedSet")
struct PackedSetTests {
    private static func integers(of set: borrowing PackedSet) -> [Int64] {
        var all: [Int64] = []
        set.forEach { if case .integer(let number) = $0 { all.append(number) } }
        return all
    }

    private static func strings(of set: borrowing PackedSet) -> [ByteString] {
        var all: [ByteString] = []
        set.forEach { if case .bytes(let bytes) = $0 { all.append(ByteString(bytes)) } }
        return all
    }

    /// Numbers around the places where the width changes, and everywhere.
    private static func number(_ random: inout RandomSource) -> Int64 {
        let edges: [Int64] = [
            0, -1, 32_767, 32_768, -32_768, -32_769, 2_147_483_647, 2_147_483_648,
            -2_147_483_648, -2_147_483_649, .max, .min,
        ]
        switch random.below(20) {
        case 0: return edges[random.below(edges.count)]
        case 1: return Int64(bitPattern: random.next())
        default: return Int64(random.below(200)) - 100
        }
    }

    @Test("of integers does what a sorted set does", arguments: 1...6 as ClosedRange<UInt64>)
    func integerModel(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var set = PackedSet(ofIntegers: true)
        var model: Set<Int64> = []
        for step in 0..<3_000 {
            let number = Self.number(&random)
            // Grows first and shrinks then.
            if random.below(3_000) > step {
                let isNew = set.insert(number)
                #expect(isNew == model.insert(number).inserted)
            } else {
                let isRemoved = set.remove(number)
                #expect(isRemoved == (model.remove(number) != nil))
            }
            let probe = Self.number(&random)
            let isThere = set.contains(probe)
            #expect(isThere == model.contains(probe))
            if step % 50 == 0 { #expect(Self.integers(of: set) == model.sorted()) }
        }
        let count = set.count
        #expect(Self.integers(of: set) == model.sorted() && count == model.count)
        let copy = set.copy()
        for number in model { set.remove(number) }
        #expect(Self.integers(of: copy) == model.sorted())
        #expect(Self.integers(of: set) == [])
    }

    @Test("takes two, four or eight bytes an integer, as the largest needs")
    func widths() {
        var set = PackedSet(ofIntegers: true)
        set.insert(32_767)
        #expect(set.byteCount == 2)
        set.insert(-32_769)
        #expect(set.byteCount == 8)
        set.insert(2_147_483_648)
        #expect(set.byteCount == 24)
        set.remove(2_147_483_648)
        #expect(set.byteCount == 16)
        #expect(Self.integers(of: set) == [-32_769, 32_767])
    }

    @Test("of strings keeps them in order", arguments: 1...6 as ClosedRange<UInt64>)
    func stringModel(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var set = PackedSet(ofIntegers: false)
        var model: [ByteString] = []
        for step in 0..<2_000 {
            let length = random.below(20) == 0 ? [127, 128, 16_384][random.below(3)] : 1
            let string = ByteString(
                [UInt8](repeating: UInt8(random.below(100)), count: random.below(2) * length))
            let isThere = string.withBytes { set.contains($0) }
            #expect(isThere == model.contains(string))
            if random.below(2_000) > step {
                guard !isThere else { continue }
                string.withBytes { set.append($0) }
                model.append(string)
            } else {
                let isRemoved = string.withBytes { set.remove($0) }
                #expect(isRemoved == isThere)
                model.removeAll { $0 == string }
            }
            let count = set.count
            #expect(count == model.count)
            if step % 50 == 0 { #expect(Self.strings(of: set) == model) }
        }
        #expect(Self.strings(of: set.copy()) == model)
        for (index, string) in model.enumerated() {
            guard case .bytes(let bytes) = set[index] else {
                Issue.record("no string at \(index)")
                return
            }
            #expect(ByteString(bytes) == string)
        }
    }

    @Test("gives memory back")
    func memory() {
        var set = PackedSet(ofIntegers: true)
        #expect(set.memoryBytes == 0)
        for number in 0..<10_000 { set.insert(Int64(number)) }
        let most = set.memoryBytes
        #expect(most >= 20_000 && most < 24_000)
        for number in 0..<9_990 { set.remove(Int64(number)) }
        let least = set.memoryBytes
        #expect(least < 200)
    }
}
