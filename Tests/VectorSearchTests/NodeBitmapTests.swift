// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import VectorSearch

@Suite("NodeBitmap")
struct NodeBitmapTests {
    @Test("does what a set does", arguments: [1, 64, 65, 1_000])
    func model(slots: Int) {
        var random = RandomSource(seed: UInt64(slots))
        var (bitmap, model) = (NodeBitmap(), Set<UInt32>())
        for _ in 0..<3_000 {
            let slot = UInt32(random.below(slots))
            if random.below(2) == 0 {
                bitmap.insert(NodeID(slot: slot))
                model.insert(slot)
            } else {
                bitmap.remove(NodeID(slot: slot))
                model.remove(slot)
            }
        }
        #expect(bitmap.count == model.count)
        for slot in 0..<UInt32(slots + 100) {
            #expect(bitmap.contains(NodeID(slot: slot)) == model.contains(slot))
        }
        for bound in [0, 1, slots / 2, slots, slots + 200] {
            for lot in [1, 3, 64] {
                #expect(read(bitmap, below: bound, lot) == model.filter { $0 < bound }.sorted())
            }
        }
        #expect(NodeBitmap(words: bitmap.words) == bitmap)
    }

    private func read(_ bitmap: NodeBitmap, below bound: Int, _ lot: Int) -> [UInt32] {
        var slots: [UInt32] = []
        unsafe NodeBitmapReader.with(bitmap, below: bound) { reader in
            var room = unsafe [UInt32](repeating: 0, count: lot + NodeBitmapReader.slack)
            while case let count = unsafe reader.read(lot, into: &room), count > 0 {
                slots += room[..<count]
            }
        }
        return slots
    }

    @Test("all nodes below a slot", arguments: [0, 1, 63, 64, 65, 128, 1_000])
    func below(bound: Int) {
        let bitmap = NodeBitmap(below: bound)
        #expect(bitmap.count == bound)
        #expect(read(bitmap, below: 2_000, 64) == Array(0..<UInt32(bound)))
    }
}
