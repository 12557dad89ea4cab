// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives

/// The chunks of a list: a row of them in one piece of memory, with room at both ends.
///
/// Most lists have one or two chunks, so nothing but the chunks is in that memory. Room is made by
/// doubling.
@safe
struct ListNodes: ~Copyable {
    private var base: UnsafeMutablePointer<ListNode>?
    /// The place of the first node.
    private var storedFirst: UInt32 = 0
    private var storedCount: UInt32 = 0
    private var storedCapacity: UInt32 = 0

    init() {}

    /// The same nodes, whose chunks are shared until one side changes one. O(nodes).
    init(copying other: borrowing ListNodes) {
        guard other.count > 0 else { return }
        makeRoom(atFront: 0, capacity: other.count)
        unsafe start.initialize(from: other.start, count: other.count)
        storedCount = other.storedCount
    }

    deinit {
        guard let base = unsafe base else { return }
        unsafe (base + first).deinitialize(count: count)
        unsafe base.deallocate()
    }
}

extension ListNodes {
    var count: Int { Int(storedCount) }
    var isEmpty: Bool { storedCount == 0 }
    var memoryBytes: Int {
        ProcessMemory.allocationBytes(for: capacity * MemoryLayout<ListNode>.stride)
    }

    private var first: Int { Int(storedFirst) }
    private var capacity: Int { Int(storedCapacity) }

    /// The first node's address; there is one wherever this is asked for.
    private var start: UnsafeMutablePointer<ListNode> {
        @inline(__always) get { unsafe base.unsafelyUnwrapped + first }
    }

    subscript(index: Int) -> ListNode {
        @inline(__always) _read {
            precondition(index >= 0 && index < count, "index out of range")
            yield unsafe start[index]
        }
        @inline(__always) _modify {
            precondition(index >= 0 && index < count, "index out of range")
            yield unsafe &start[index]
        }
    }

    mutating func append(_ node: ListNode) {
        // What is behind the last chunk's elements will not be used any more.
        if count > 1 { self[count - 1].chunk.trim() }
        insert(node, at: count)
    }

    mutating func prepend(_ node: ListNode) {
        if count > 1 { self[0].chunk.trim() }
        insert(node, at: 0)
    }

    mutating func insert(_ node: ListNode, at index: Int) {
        precondition(index >= 0 && index <= count, "index out of range")
        if index == 0, count > 0 {
            if first == 0 {
                let room = Swift.max(1, count / 2)
                makeRoom(atFront: room, capacity: count + room)
            }
            storedFirst -= 1
        } else {
            if first + count == capacity {
                // A long row that was emptied from the front has its room there.
                let isRoomy = first > count
                makeRoom(atFront: 0, capacity: isRoomy ? capacity : Swift.max(1, count * 2))
            }
            unsafe (start + index + 1).moveInitialize(from: start + index, count: count - index)
        }
        unsafe (start + index).initialize(to: node)
        storedCount += 1
    }

    mutating func remove(at index: Int) {
        if index == 0 { return removeFirst(1) }
        precondition(index > 0 && index < count, "index out of range")
        unsafe (start + index).deinitialize(count: 1)
        unsafe (start + index).moveInitialize(from: start + index + 1, count: count - index - 1)
        storedCount -= 1
    }

    mutating func removeFirst(_ number: Int) {
        precondition(number >= 0 && number <= count, "index out of range")
        guard number > 0 else { return }
        unsafe start.deinitialize(count: number)
        storedFirst += UInt32(number)
        storedCount -= UInt32(number)
        releaseRoom()
    }

    mutating func removeLast(_ number: Int) {
        precondition(number >= 0 && number <= count, "index out of range")
        guard number > 0 else { return }
        unsafe (start + count - number).deinitialize(count: number)
        storedCount -= UInt32(number)
        releaseRoom()
    }

    /// Gives memory back once three quarters lie idle.
    private mutating func releaseRoom() {
        if isEmpty { storedFirst = 0 }
        if capacity > 16, count < capacity / 4 {
            makeRoom(atFront: 0, capacity: Swift.max(1, count * 2))
        }
    }

    /// Moves the nodes to memory for `capacity` of them, behind so much free room.
    private mutating func makeRoom(atFront room: Int, capacity: Int) {
        precondition(capacity >= room + count && capacity <= Int(UInt32.max), "too many chunks")
        let larger = UnsafeMutablePointer<ListNode>.allocate(capacity: capacity)
        if let old = unsafe base {
            unsafe (larger + room).moveInitialize(from: old + first, count: count)
            unsafe old.deallocate()
        }
        unsafe base = larger
        storedFirst = UInt32(room)
        storedCapacity = UInt32(capacity)
    }
}
