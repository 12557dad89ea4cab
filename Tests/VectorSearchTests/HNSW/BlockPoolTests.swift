// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import VectorSearch

@Suite("Block pool")
struct BlockPoolTests {
    @Test("gives blocks that do not overlap, and slabs back when they are empty")
    func histories() {
        let pool = BlockPool()
        var random = RandomSource(seed: 31)
        let sizes = [1, 64, 100_000, 393_216, BlockPool.slabBytes / 2]
        var taken: [(address: Int, bytes: Int)] = []
        for _ in 0..<2_000 {
            if taken.count < 40 || random.below(2) == 0, taken.count < 120 {
                let bytes = sizes[random.below(sizes.count)]
                guard let block = unsafe pool.take(bytes) else {
                    Issue.record("no block of \(bytes) bytes")
                    return
                }
                let address = Int(bitPattern: block)
                #expect(address % 64 == 0)
                taken.append((address, bytes))
            } else {
                give(taken.swapRemove(at: random.below(taken.count)), to: pool)
            }
        }
        let ordered = taken.sorted { $0.address < $1.address }
        for (left, right) in zip(ordered, ordered.dropFirst()) {
            #expect(left.address + left.bytes <= right.address)
        }
        for block in taken { give(block, to: pool) }
        #expect(pool.slabCount == 0)
    }

    private func give(_ block: (address: Int, bytes: Int), to pool: BlockPool) {
        guard let start = unsafe UnsafeMutableRawPointer(bitPattern: block.address) else { return }
        unsafe pool.give(start, block.bytes)
    }

    @Test("leaves what is larger than half a slab to others")
    func large() {
        let pool = BlockPool()
        let block = unsafe pool.take(BlockPool.slabBytes / 2 + 1)
        #expect(unsafe block == nil)
        #expect(pool.slabCount == 0)
    }
}

extension Array {
    /// Removes an element and puts the last one in its place.
    fileprivate mutating func swapRemove(at index: Int) -> Element {
        swapAt(index, count - 1)
        return removeLast()
    }
}
