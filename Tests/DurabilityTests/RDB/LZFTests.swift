// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import Durability

@Suite("LZF")
struct LZFTests {
    @Test("expands what it compressed", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let alphabet = 1 + random.below(seed % 2 == 0 ? 3 : 256)
        let input = (0..<random.below(9_000)).map { _ in UInt8(random.below(alphabet)) }
        guard let compressed = LZF.compress(input) else { return }
        #expect(compressed.count <= input.count - 4)
        #expect(LZF.decompress(compressed, count: input.count) == input)
    }

    @Test("finds long and far repetitions")
    func repetition() throws {
        var random = RandomSource(seed: 1)
        let block = (0..<8000).map { _ in UInt8(random.below(256)) }
        let compressed = try #require(LZF.compress(block + block))
        #expect(compressed.count < 8500)
        #expect(LZF.decompress(compressed, count: 16_000) == block + block)
        let zeros = [UInt8](repeating: 0, count: 100_000)
        #expect(try #require(LZF.compress(zeros)).count < 1200)
    }

    @Test("refuses what is damaged, and never reads or writes too far")
    func damage() throws {
        let input = Array("the quick brown fox, the quick brown fox, the quick brown fox".utf8)
        let compressed = try #require(LZF.compress(input))
        #expect(LZF.decompress(compressed, count: input.count + 1) == nil)
        #expect(LZF.decompress(compressed, count: input.count - 1) == nil)
        #expect(LZF.decompress([], count: Int.max) == nil)
        for length in 0..<compressed.count {
            #expect(LZF.decompress(Array(compressed[..<length]), count: input.count) == nil)
        }
        // A copy from before the start.
        #expect(LZF.decompress([0x20, 0x00], count: 3) == nil)
        for bit in 0..<(compressed.count * 8) {
            var flipped = compressed
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            if let output = LZF.decompress(flipped, count: input.count) {
                #expect(output.count == input.count)
            }
        }
    }
}
