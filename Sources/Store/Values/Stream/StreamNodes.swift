// SPDX-License-Identifier: Apache-2.0

/// The chunks of a stream by their identifiers: an array with room at its front, as streams are
/// mostly trimmed there.
struct StreamNodes {
    private var slots: [StreamNode?] = []
    /// The index of the first chunk in use.
    private var head = 0

    var count: Int { slots.count - head }
    var isEmpty: Bool { slots.count == head }
    var memoryBytes: Int {
        slots.capacity == 0 ? 0 : 32 + slots.capacity * MemoryLayout<StreamNode?>.stride
    }

    subscript(index: Int) -> StreamNode {
        @inline(__always) get {
            guard let node = slots[head + index] else { preconditionFailure("no such chunk") }
            return node
        }
    }

    /// Changes a chunk in place.
    @inline(__always)
    mutating func update<Result>(_ index: Int, _ body: (inout StreamNode) -> Result) -> Result {
        guard var node = slots[head + index] else { preconditionFailure("no such chunk") }
        // Taken out meanwhile, so that the chunk has one owner and is not copied.
        slots[head + index] = nil
        defer { slots[head + index] = node }
        return body(&node)
    }

    mutating func append(_ node: StreamNode) {
        if slots.isEmpty { slots.reserveCapacity(1) }
        slots.append(node)
    }

    mutating func remove(at index: Int) {
        guard index == 0 else {
            slots.remove(at: head + index)
            return
        }
        slots[head] = nil
        head += 1
        if head == slots.count {
            slots = []
            head = 0
        } else if head > 16, head > slots.count / 2 {
            slots.removeFirst(head)
            head = 0
        }
    }

    /// The index of the last chunk that begins at or before `id`, or nil. O(log chunks).
    func index(notBehind id: StreamID) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].master <= id { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }
}
