// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// A list: a deque of packed chunks.
///
/// Push and pop at both ends are amortised O(1) and seldom allocate; what goes by index skips whole
/// chunks by their counts, from the nearer end. Chunks end where those of Redis's quicklist would,
/// by default at 8 KB, and larger elements stand alone. Copies share chunks until one side changes
/// one. Views of elements are good until the list's next change; none may be passed back into a
/// change of the same list.
public final class ListValue: CollectionValue {
    public enum End: Sendable {
        case head
        case tail
    }

    // In this order and these sizes the object takes 48 bytes of memory.
    private var storedCount: UInt32 = 0
    /// Whether Redis would hold the list in one listpack. Then there is at most one chunk.
    private var isListpack = true
    private(set) var nodes: ListNodes
    private let storedFill: Int32

    public init(fill: Int = ListValue.defaultFill) {
        nodes = ListNodes()
        storedFill = Int32(clamping: fill)
    }

    private init(copyOf other: ListValue) {
        storedCount = other.storedCount
        nodes = ListNodes(copying: other.nodes)
        storedFill = other.storedFill
        isListpack = other.isListpack
    }

    public static var defaultFill: Int { -2 }

    /// The number of elements.
    public private(set) var count: Int {
        get { Int(storedCount) }
        set { storedCount = UInt32(newValue) }
    }

    /// `list-max-listpack-size` as it was when the list was made: -1...-5 for 4...64 KB a chunk,
    /// else the most elements of one.
    public var fill: Int { Int(storedFill) }

    public func copy() -> ListValue { ListValue(copyOf: self) }

    public func memoryBytes(samples: Int) -> Int {
        var total = 48 + nodes.memoryBytes
        let seen = samples > 0 ? min(samples, nodes.count) : nodes.count
        var sampled = 0
        for index in 0..<seen { sampled += nodes[index].chunk.memoryBytes }
        if seen > 0 { total += sampled * nodes.count / seen }
        return total
    }

    /// The name that OBJECT ENCODING gives, by Redis's rules.
    public var encodingName: StaticString { isListpack ? "listpack" : "quicklist" }
}

// MARK: - Reading

extension ListValue {
    /// The number of chunks.
    public var chunkCount: Int { nodes.count }

    /// A chunk by its index in `0..<chunkCount`, for whoever writes the list chunk by chunk.
    public func chunk(at index: Int) -> PackedChunk { nodes[index].chunk }

    /// The first or last element, or nil. O(1).
    public func element(at end: End) -> Bytes? {
        guard !nodes.isEmpty else { return nil }
        return switch end {
        case .head: nodes[0].chunk.first
        case .tail: nodes[nodes.count - 1].chunk.last
        }
    }

    /// The element at an index in `0..<count`, or nil for another. O(chunks to the nearer end).
    public func element(at index: Int) -> Bytes? {
        guard index >= 0, index < count else { return nil }
        let (node, offset) = locate(index)
        return nodes[node].chunk[offset]
    }

    /// Calls `body` with elements from the one at `index` on, toward an end, while it says so.
    public func walk<Failure: Error>(
        from index: Int, toward end: End, _ body: (Bytes) throws(Failure) -> Bool
    ) throws(Failure) {
        guard index >= 0, index < count else { return }
        var (node, offset) = locate(index)
        switch end {
        case .tail:
            while node < nodes.count {
                var cursor = nodes[node].chunk.cursor(at: offset)
                while let element = cursor.next() {
                    guard try body(element) else { return }
                }
                node += 1
                offset = 0
            }
        case .head:
            offset += 1
            while true {
                var cursor = nodes[node].chunk.cursor(at: offset)
                while let element = cursor.previous() {
                    guard try body(element) else { return }
                }
                guard node > 0 else { return }
                node -= 1
                offset = nodes[node].count
            }
        }
    }

    /// Calls `body` with every element, from head to tail.
    public func forEach<Failure: Error>(_ body: (Bytes) throws(Failure) -> Void) throws(Failure) {
        for index in 0..<nodes.count { try nodes[index].chunk.forEach(body) }
    }

    /// The node that holds the element at an index in `0..<count`, and its index there.
    func locate(_ index: Int) -> (node: Int, offset: Int) {
        if index <= count / 2 {
            var rest = index
            var node = 0
            while rest >= nodes[node].count {
                rest -= nodes[node].count
                node += 1
            }
            return (node, rest)
        }
        var rest = count - index
        var node = nodes.count - 1
        while rest > nodes[node].count {
            rest -= nodes[node].count
            node -= 1
        }
        return (node, nodes[node].count - rest)
    }
}

// MARK: - The ends

extension ListValue {
    /// Adds an element behind the last, as a file that is read does. Amortised O(1).
    public func append(_ element: Bytes) {
        prepareToGrow(by: element.count, elements: 1)
        push(element, at: .tail)
    }

    /// Adds an element at an end; ``prepareToGrow(by:elements:)`` comes before. Amortised O(1).
    public func push(_ element: Bytes, at end: End) {
        count += 1
        guard !nodes.isEmpty else {
            return nodes.append(newNode(element))
        }
        let index = end == .head ? 0 : nodes.count - 1
        if isListpack || allows(element.count, in: index) {
            nodes[index].push(element, at: end)
            return
        }
        switch end {
        case .head: nodes.prepend(newNode(element))
        case .tail: nodes.append(newNode(element))
        }
    }

    /// Takes the element at an end away; there must be one. Amortised O(1).
    public func pop(from end: End) {
        precondition(count > 0)
        count -= 1
        let index = end == .head ? 0 : nodes.count - 1
        nodes[index].pop(from: end)
        if nodes[index].count == 0 { nodes.remove(at: index) }
    }

    /// Takes up to `number` elements at an end away. O(chunks), and O(elements) of one chunk.
    public func remove(_ number: Int, from end: End) {
        var rest = min(max(number, 0), count)
        count -= rest
        switch end {
        case .head:
            var whole = 0
            while whole < nodes.count, nodes[whole].count <= rest {
                rest -= nodes[whole].count
                whole += 1
            }
            nodes.removeFirst(whole)
            if rest > 0 { nodes[0].removeSubrange(0..<rest) }
        case .tail:
            var whole = 0
            while whole < nodes.count, nodes[nodes.count - 1 - whole].count <= rest {
                rest -= nodes[nodes.count - 1 - whole].count
                whole += 1
            }
            nodes.removeLast(whole)
            guard rest > 0 else { return }
            let last = nodes.count - 1
            nodes[last].removeSubrange((nodes[last].count - rest)..<nodes[last].count)
        }
    }

    /// A node with one element.
    private func newNode(_ element: Bytes) -> ListNode {
        if !isListpack, isLarge(element.count) { return ListNode(alone: element) }
        var node = ListNode(capacity: element.count + 16)
        node.push(element, at: .tail)
        return node
    }
}

// MARK: - The middle

extension ListValue {
    /// Puts `element` beside the first one that equals `pivot`; false when none does. O(elements).
    public func insert(_ element: Bytes, _ side: Side, pivot: Bytes) -> Bool {
        for index in 0..<nodes.count {
            var offset = 0
            var cursor = nodes[index].chunk.cursor()
            while let candidate = cursor.next() {
                if candidate == pivot {
                    insert(element, side, offset: offset, of: index)
                    return true
                }
                offset += 1
            }
        }
        return false
    }

    /// On which side of an element another is put.
    public enum Side: Sendable {
        case before
        case after
    }

    /// Gives the element at an index in `0..<count` another value; false for another index.
    public func set(at index: Int, to element: Bytes) -> Bool {
        guard index >= 0, index < count else { return false }
        let (node, offset) = locate(index)
        if isListpack || (!nodes[node].isLargeElement && !isLarge(element.count)) {
            nodes[node].replace(at: offset, with: element)
        } else if nodes[node].isLargeElement, isLarge(element.count) {
            nodes[node] = ListNode(alone: element)
        } else {
            insert(element, .before, offset: offset, of: node)
            let (old, place) = locate(index + 1)
            removeElement(place, of: old)
        }
        return true
    }

    /// Takes away elements that equal `element`, up to `limit`, beginning at an end; returns how
    /// many. O(elements).
    public func removeAll(equalTo element: Bytes, limit: Int, from end: End) -> Int {
        var removed = 0
        var index = end == .head ? 0 : nodes.count - 1
        while index >= 0, index < nodes.count, removed < limit {
            removed += removeMatches(element, limit: limit - removed, from: end, of: index)
            if nodes[index].count == 0 {
                nodes.remove(at: index)
                if end == .tail { index -= 1 }
            } else {
                index += end == .head ? 1 : -1
            }
        }
        count -= removed
        if removed > 0 { joinSparseNodes() }
        return removed
    }

    private func removeMatches(_ element: Bytes, limit: Int, from end: End, of index: Int) -> Int {
        var matches: [Int] = []
        let size = nodes[index].count
        switch end {
        case .head:
            var cursor = nodes[index].chunk.cursor()
            var offset = 0
            while matches.count < limit, let candidate = cursor.next() {
                if candidate == element { matches.append(offset) }
                offset += 1
            }
            for (done, offset) in matches.enumerated() {
                nodes[index].removeSubrange((offset - done)..<(offset - done + 1))
            }
        case .tail:
            var cursor = nodes[index].chunk.cursor(at: size)
            var offset = size - 1
            while matches.count < limit, let candidate = cursor.previous() {
                if candidate == element { matches.append(offset) }
                offset -= 1
            }
            for offset in matches { nodes[index].removeSubrange(offset..<(offset + 1)) }
        }
        return matches.count
    }

    private func removeElement(_ offset: Int, of index: Int) {
        count -= 1
        nodes[index].removeSubrange(offset..<(offset + 1))
        if nodes[index].count == 0 { nodes.remove(at: index) }
    }

    private func insert(_ element: Bytes, _ side: Side, offset: Int, of index: Int) {
        count += 1
        let place = side == .before ? offset : offset + 1
        let isLarge = isLarge(element.count)
        if isListpack || allows(element.count, in: index) {
            nodes[index].insert(element, at: place)
        } else if place == nodes[index].count {
            if index + 1 < nodes.count, allows(element.count, in: index + 1) {
                nodes[index + 1].push(element, at: .head)
            } else {
                nodes.insert(newNode(element), at: index + 1)
            }
        } else if place == 0 {
            if index > 0, allows(element.count, in: index - 1) {
                nodes[index - 1].push(element, at: .tail)
            } else {
                nodes.insert(newNode(element), at: index)
            }
        } else {
            let rest = nodes[index].split(at: place)
            nodes.insert(rest, at: index + 1)
            if isLarge {
                nodes.insert(newNode(element), at: index + 1)
            } else if side == .after {
                nodes[index + 1].push(element, at: .head)
            } else {
                nodes[index].push(element, at: .tail)
            }
            join(around: index)
        }
    }
}

// MARK: - Limits

extension ListValue {
    /// To be called before elements of so many bytes in all are pushed: decides whether the list
    /// becomes a quicklist.
    public func prepareToGrow(by bytes: Int, elements: Int) {
        guard isListpack else { return }
        let current = nodes.isEmpty ? ListNode.emptyListpackBytes : nodes[0].listpackBytes
        if exceedsLimit(current &+ bytes, elements: count &+ elements) { isListpack = false }
    }

    /// To be called when elements have gone: decides whether the list becomes a listpack again,
    /// which it does only below half of the limit.
    public func didShrink() {
        guard !isListpack, nodes.count == 1, !nodes[0].isLargeElement else { return }
        isListpack =
            fill < 0
            ? nodes[0].listpackBytes <= Self.byteLimit(fill) / 2 : count <= max(1, fill) / 2
    }

    /// To be called when a list has been made from a file: a listpack if one may hold it.
    public func chooseEncoding() {
        guard !isListpack, nodes.count == 1, !nodes[0].isLargeElement else { return }
        isListpack = !exceedsLimit(nodes[0].listpackBytes, elements: count)
    }

    private static func byteLimit(_ fill: Int) -> Int {
        4096 << min(4, max(0, -1 - fill))
    }

    private func exceedsLimit(_ bytes: Int, elements: Int) -> Bool {
        fill < 0 ? bytes > Self.byteLimit(fill) : bytes > 8192 || elements > max(1, fill)
    }

    private func isLarge(_ bytes: Int) -> Bool {
        bytes > (fill < 0 ? Self.byteLimit(fill) : 8192)
    }

    /// Whether an element of so many bytes may be added to a node.
    private func allows(_ bytes: Int, in index: Int) -> Bool {
        guard !nodes[index].isLargeElement, !isLarge(bytes) else { return false }
        return !exceedsLimit(
            nodes[index].listpackBytes + bytes + 8, elements: nodes[index].count + 1)
    }

    /// Joins small neighbours around a node that was split.
    private func join(around index: Int) {
        for first in [index + 1, index - 2, index, index - 1] { joinPair(first) }
    }

    private func joinPair(_ index: Int) {
        guard index >= 0, index + 1 < nodes.count else { return }
        let (left, right) = (nodes[index], nodes[index + 1])
        guard !left.isLargeElement, !right.isLargeElement,
            !exceedsLimit(
                left.listpackBytes + right.listpackBytes - ListNode.emptyListpackBytes,
                elements: left.count + right.count)
        else { return }
        nodes[index].append(contentsOf: right)
        nodes.remove(at: index + 1)
    }

    /// Joins neighbours that together fill less than half of a chunk. Two stay at least, as in
    /// Redis, where a list with several chunks keeps its encoding.
    private func joinSparseNodes() {
        var index = 0
        while nodes.count > 2, index + 1 < nodes.count {
            let (left, right) = (nodes[index], nodes[index + 1])
            if !left.isLargeElement, !right.isLargeElement,
                !exceedsLimit(
                    (left.listpackBytes + right.listpackBytes) * 2,
                    elements: (left.count + right.count) * 2)
            {
                nodes[index].append(contentsOf: right)
                nodes.remove(at: index + 1)
            } else {
                index += 1
            }
        }
    }
}
