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
}
