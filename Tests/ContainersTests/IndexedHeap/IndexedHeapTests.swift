// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("IndexedHeap")
struct IndexedHeapTests {
    final class Element: HeapElement {
        var heapIndex: UInt32 = IndexedHeap<Element>.absent
        let id: Int

        init(_ id: Int) { self.id = id }
    }

    @Test("is empty at first")
    func empty() {
        let heap = IndexedHeap<Element>()
        let (count, rank) = (heap.count, heap.firstRank)
        #expect(count == 0)
        #expect(rank == nil)
    }

    /// The model is a dictionary of ranks whose minimum is looked for.
    @Test("agrees with a sorted model", arguments: 1...2 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let elements = (0..<100).map { Element($0) }
        var heap = IndexedHeap<Element>()
        var model: [Int: Int64] = [:]
        for _ in 0..<5000 {
            let element = elements[random.below(elements.count)]
            switch random.below(10) {
            case 0..<5:
                let rank = Int64(random.below(1000)) - 500
                heap.set(element, rank: rank)
                model[element.id] = rank
            case 5..<9:
                heap.remove(element)
                model[element.id] = nil
            default:
                guard let first = heap.first else { continue }
                heap.remove(first)
                model[first.id] = nil
            }
            let (count, firstRank, first) = (heap.count, heap.firstRank, heap.first)
            guard count == model.count, firstRank == model.values.min() else {
                Issue.record("the heap is not the model any more")
                return
            }
            if let first { #expect(model[first.id] == firstRank) }
        }
        for element in elements {
            let rank =
                element.heapIndex == IndexedHeap<Element>.absent
                ? nil : heap.rank(of: element)
            #expect(rank == model[element.id])
        }
    }

    @Test("gives elements back in order, over several chunks, and shrinks")
    func draining() {
        var random = RandomSource(seed: 3)
        let elements = (0..<20_000).map { Element($0) }
        var heap = IndexedHeap<Element>()
        var ranks: [Int64] = []
        for element in elements {
            let rank = Int64(bitPattern: random.next())
            ranks.append(rank)
            heap.set(element, rank: rank)
        }
        let full = heap.memoryBytes
        var drained: [Int64] = []
        while let first = heap.first, let rank = heap.firstRank {
            heap.remove(first)
            drained.append(rank)
        }
        #expect(drained == ranks.sorted())
        let empty = heap.memoryBytes
        #expect(empty < full)
    }

    @Test("lets a copy take an element's place")
    func substitution() {
        var heap = IndexedHeap<Element>()
        let (old, new, other) = (Element(1), Element(2), Element(3))
        heap.set(old, rank: 5)
        heap.set(other, rank: 9)
        heap.substitute(new, for: old)
        let (first, rank) = (heap.first, heap.rank(of: new))
        #expect(first === new)
        #expect(rank == 5)
        #expect(old.heapIndex == IndexedHeap<Element>.absent)
        heap.substitute(old, for: Element(4))
        #expect(old.heapIndex == IndexedHeap<Element>.absent)
    }
}
