// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("PackedScores")
struct PackedScoresTests {
    /// Scores of every form, both sides of where one ends.
    private static let scores: [Double] = [
        0, 1, -1, 127, 128, -128, -129, 32_767, 32_768, -32_768, -32_769, 2_147_483_647,
        2_147_483_648, -2_147_483_648, -2_147_483_649, 1_700_000_000_000, 140_737_488_355_327,
        140_737_488_355_328, -140_737_488_355_328, -140_737_488_355_329, 0.5, 0.1, -0.1, 3.14,
        327.67, 327.68, 0.25, 0.125, 0.0001, 1234.5678, 214_748.3647, 214_748.3648, 1e-9, 1e300,
        -1e300, 0x1p60, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
        1.0 / 3.0,
    ]

    private func list(_ scores: borrowing PackedScores) -> [(ByteString, Double)] {
        var all: [(ByteString, Double)] = []
        scores.walk {
            all.append((ByteString($0.name), $0.score))
            return true
        }
        return all
    }

    @Test("gives every score back exactly")
    func exactness() {
        var packed = PackedScores()
        for (number, score) in Self.scores.enumerated() {
            ByteString("n\(number)").withBytes { packed.insert($0, score) }
        }
        for (number, score) in Self.scores.enumerated() {
            let found = ByteString("n\(number)").withBytes { packed.find($0)?.item.score }
            #expect(found == score)
        }
        #expect(list(packed).map(\.1) == Self.scores.sorted())
        var zero = PackedScores()
        zero.insert(Bytes("a"), -0.0)
        #expect(zero[0].score.sign == .plus)
    }

    @Test("takes as few bytes as it says")
    func size() {
        for (score, bytes) in [(5.0, 10), (500, 11), (0.25, 11), (1_700_000_000_000, 15)] {
            var packed = PackedScores()
            packed.insert(Bytes("12345678"), score)
            #expect(packed.byteCount == bytes)
        }
    }

    @Test("does what a sorted array does", arguments: 1...6 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var packed = PackedScores()
        var model: [(name: ByteString, score: Double)] = []
        for _ in 0..<1_000 {
            let name = ByteString(
                String(repeating: "m", count: random.below(40)) + "\(random.below(50))")
            let index = model.firstIndex { $0.name == name }
            let found = name.withBytes { packed.find($0)?.index }
            #expect(found == index)
            if let index, random.below(3) > 0 {
                name.withBytes { if let (item, _) = packed.find($0) { packed.remove(item) } }
                model.remove(at: index)
            } else if index == nil {
                let score = Self.scores[random.below(Self.scores.count)]
                name.withBytes { packed.insert($0, score) }
                model.append((name, score))
                model.sort { $0.score == $1.score ? $0.name < $1.name : $0.score < $1.score }
            } else if random.below(10) == 0 {
                let low = random.below(model.count + 1)
                let high = low + random.below(model.count - low + 1)
                packed.removeSubrange(low..<high)
                model.removeSubrange(low..<high)
            }
            #expect(packed.count == model.count)
        }
        let copy = packed.copy()
        packed.removeAll()
        #expect(packed.isEmpty && packed.memoryBytes == 0)
        let all = list(copy)
        #expect(all.map(\.0) == model.map(\.name))
        #expect(all.map(\.1) == model.map(\.score))
    }
}
