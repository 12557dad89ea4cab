// SPDX-License-Identifier: Apache-2.0

/// What an ``IndexedHeap`` holds: an object that remembers where in the heap it stands.
public protocol HeapElement: AnyObject {
    /// Written by the heap only; `IndexedHeap.absent` outside of it.
    var heapIndex: UInt32 { get set }
}

/// A priority queue of objects by a 64-bit rank, smallest first, in which an object's rank can be
/// changed and an object taken out.
///
/// A four-ary heap in chunks of 4,096 nodes, so that it grows without copying. The heap does not
/// own its elements: whoever frees one takes it out first. All operations O(log n); in practice
/// O(1) for ranks that mostly grow, as deadlines do. Not thread-safe.
@safe
public struct IndexedHeap<Element: HeapElement>: ~Copyable {
    @unsafe
    private struct Node {
        var rank: Int64
        var element: Unmanaged<Element>
    }

    /// The number of elements.
    public private(set) var count = 0
    private var chunks: [UnsafeMutablePointer<Node>] = unsafe []

    private static var chunkBits: Int { 12 }

    public init() {}

    deinit {
        for index in unsafe chunks.indices { unsafe chunks[index].deallocate() }
    }

    /// The `heapIndex` of an element that is in no heap.
    public static var absent: UInt32 { .max }
}

extension IndexedHeap {
    /// The smallest rank, or nil in an empty heap. O(1).
    public var firstRank: Int64? { count == 0 ? nil : unsafe node(0).rank }

    /// An element with the smallest rank, or nil. O(1).
    public var first: Element? {
        count == 0 ? nil : unsafe node(0).element.takeUnretainedValue()
    }

    /// The ranks of up to `limit` elements from all over the heap, the smallest among them.
    public func sampleRanks(_ limit: Int) -> [Int64] {
        guard count > 0, limit > 0 else { return [] }
        let step = Swift.max(1, count / limit)
        return stride(from: 0, to: count, by: step).map { unsafe node($0).rank }
    }

    /// The element at `index` of `0..<count`, in no useful order: to sample.
    public func element(at index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return unsafe node(index).element.takeUnretainedValue()
    }

    /// The rank of an element that is in the heap.
    public func rank(of element: Element) -> Int64? {
        let index = Int(element.heapIndex)
        return index < count ? unsafe node(index).rank : nil
    }

    /// Puts the element at `rank`, whether it is in the heap already or not.
    public mutating func set(_ element: Element, rank: Int64) {
        let new = unsafe Node(rank: rank, element: Unmanaged.passUnretained(element))
        if element.heapIndex == Self.absent {
            if unsafe count >> Self.chunkBits == chunks.count {
                unsafe chunks.append(.allocate(capacity: 1 << Self.chunkBits))
            }
            count += 1
            unsafe siftUp(new, from: count - 1)
            return
        }
        let index = Int(element.heapIndex)
        if unsafe rank < node(index).rank {
            unsafe siftUp(new, from: index)
        } else {
            unsafe siftDown(new, from: index)
        }
    }

    /// Takes the element out, if it is in.
    public mutating func remove(_ element: Element) {
        guard element.heapIndex != Self.absent else { return }
        let index = Int(element.heapIndex)
        element.heapIndex = Self.absent
        count -= 1
        if index != count {
            let last = unsafe node(count)
            if index > 0, unsafe last.rank < node((index - 1) / 4).rank {
                unsafe siftUp(last, from: index)
            } else {
                unsafe siftDown(last, from: index)
            }
        }
        // One spare chunk stays, so that a count at the edge does not allocate and free in turn.
        if unsafe (count >> Self.chunkBits) + 2 < chunks.count {
            unsafe chunks.removeLast().deallocate()
        }
    }

    /// Lets `element` take the place of `old`, its copy: same rank, same place.
    public mutating func substitute(_ element: Element, for old: Element) {
        guard old.heapIndex != Self.absent else { return }
        let index = Int(old.heapIndex)
        let rank = unsafe node(index).rank
        let moved = unsafe Node(rank: rank, element: Unmanaged.passUnretained(element))
        unsafe place(moved, at: index)
        old.heapIndex = Self.absent
    }

    /// Bytes the heap takes.
    public var memoryBytes: Int { unsafe chunks.count * (16 << Self.chunkBits) }
}

extension IndexedHeap {
    @inline(__always)
    private func node(_ index: Int) -> Node {
        unsafe chunks[index >> Self.chunkBits][index & ((1 << Self.chunkBits) - 1)]
    }

    @inline(__always)
    private mutating func place(_ node: Node, at index: Int) {
        unsafe chunks[index >> Self.chunkBits][index & ((1 << Self.chunkBits) - 1)] = node
        unsafe node.element._withUnsafeGuaranteedRef {
            $0.heapIndex = UInt32(truncatingIfNeeded: index)
        }
    }

    private mutating func siftUp(_ new: Node, from start: Int) {
        var index = start
        while index > 0 {
            let parent = unsafe node((index - 1) / 4)
            guard unsafe new.rank < parent.rank else { break }
            unsafe place(parent, at: index)
            index = (index - 1) / 4
        }
        unsafe place(new, at: index)
    }

    private mutating func siftDown(_ new: Node, from start: Int) {
        var index = start
        while true {
            let first = index * 4 + 1
            guard first < count else { break }
            var smallest = first
            for child in first..<Swift.min(first + 4, count)
            where unsafe node(child).rank < node(smallest).rank {
                smallest = child
            }
            let child = unsafe node(smallest)
            guard unsafe child.rank < new.rank else { break }
            unsafe place(child, at: index)
            index = smallest
        }
        unsafe place(new, at: index)
    }
}
