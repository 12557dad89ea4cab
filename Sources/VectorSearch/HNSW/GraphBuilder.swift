// SPDX-License-Identifier: Apache-2.0

import Primitives

/// One node of a graph as a snapshot has it.
public struct GraphNode: Hashable, Sendable {
    public var uid: UInt64
    public var encoded: EncodedVector
    /// For each level from 0: the uids of the linked nodes.
    public var links: [[UInt64]]

    public var level: Int { links.count - 1 }

    public init(uid: UInt64, encoded: EncodedVector, links: [[UInt64]]) {
        self.uid = uid
        self.encoded = encoded
        self.links = links
    }
}

/// What is wrong with a stored graph.
public enum GraphError: Error, Hashable, Sendable {
    case duplicateUID(UInt64)
    case levelOutOfRange(uid: UInt64, level: Int)
    case codeSize(uid: UInt64, got: Int, expected: Int)
    case tooManyLinks(uid: UInt64, level: Int, count: Int)
    case linkToItself(uid: UInt64, level: Int)
    case duplicateLink(uid: UInt64, level: Int, to: UInt64)
    case unknownNode(uid: UInt64, level: Int, to: UInt64)
    case linkAboveLevel(uid: UInt64, level: Int, to: UInt64)
    case oneWayLink(uid: UInt64, level: Int, to: UInt64)
    case tooManyNodes
}

extension HNSWIndex {
    /// A node as a snapshot stores it; nil if no such node.
    ///
    /// Walk `0..<slotBound` of a ``copy()`` to store a whole graph. Of an index that is none the
    /// links are what ``drawnLinks()`` gave.
    public func graphNode(_ node: NodeID, _ drawn: DrawnLinks? = nil) -> GraphNode? {
        lock.shared {
            guard let encoded = storage.encodedVector(node.slot) else { return nil }
            let links = (0...storage.level(node.slot)).map { level in
                storage.links(node.slot, level: level, drawn).map { storage.uid($0) }
            }
            return GraphNode(uid: storage.uid(node.slot), encoded: encoded, links: links)
        }
    }
}

/// Puts a stored graph together again and refuses a broken one.
///
/// Memory and time are linear in what was appended.
public struct GraphBuilder {
    private let configuration: VectorIndexConfiguration
    private var nodes: [GraphNode] = []
    private var slots: [UInt64: UInt32] = [:]
    private var mostBaseLinks = 0
    private var mostUpperLinks = 0

    public init(configuration: VectorIndexConfiguration) {
        self.configuration = configuration
    }

    /// Takes the next node; checks what can be seen of it alone. Returns the slot it will have.
    @discardableResult
    public mutating func append(_ node: GraphNode) throws(GraphError) -> NodeID {
        guard nodes.count < NodeStorage.maxSlots else { throw .tooManyNodes }
        guard (0...NodeStorage.levelCap).contains(node.level) else {
            throw .levelOutOfRange(uid: node.uid, level: node.level)
        }
        let expected = configuration.quantization.codeBytes(dimensions: configuration.dimensions)
        guard node.encoded.code.count == expected else {
            throw .codeSize(uid: node.uid, got: node.encoded.code.count, expected: expected)
        }
        for (level, links) in node.links.enumerated() {
            // Redis lets a row grow by half, above level 0 to the double, where it finds no room.
            let limit = level == 0 ? configuration.m * 3 : configuration.m * 2
            guard links.count <= limit else {
                throw .tooManyLinks(uid: node.uid, level: level, count: links.count)
            }
            if level == 0 {
                mostBaseLinks = max(mostBaseLinks, links.count)
            } else {
                mostUpperLinks = max(mostUpperLinks, links.count)
            }
        }
        let slot = UInt32(nodes.count)
        guard slots.updateValue(slot, forKey: node.uid) == nil else {
            throw .duplicateUID(node.uid)
        }
        nodes.append(node)
        return NodeID(slot: slot)
    }

    /// The index, if every link leads to another node that reaches its level and links back. One
    /// of fewer nodes than make a graph has no links then.
    public consuming func finish() throws(GraphError) -> HNSWIndex {
        let isGraph = nodes.count >= configuration.graphThreshold
        let storage = NodeStorage(
            configuration: configuration,
            baseCapacity: max(configuration.m * 2, mostBaseLinks),
            upperCapacity: max(configuration.m, mostUpperLinks))
        storage.reserve(nodes.count)
        storage.beginLinks(isGraph ? SignCoding(configuration) : nil, isPassing: !isGraph)
        var entry: UInt32?
        var largest: UInt64 = 0
        for node in nodes {
            guard let slot = storage.allocate(uid: node.uid) else { throw .tooManyNodes }
            storage.setLevel(node.level, of: slot)
            unsafe node.encoded.code.withUnsafeBufferPointer { code in
                guard let base = code.baseAddress else { return }
                unsafe storage.write(
                    slot, code: base, norm: node.encoded.norm, range: node.encoded.range)
            }
            largest = max(largest, node.uid)
            if let best = entry, storage.level(best) >= node.level { continue }
            entry = slot
        }
        for (slot, node) in nodes.enumerated() {
            for level in node.links.indices {
                let sorted = try resolve(node, level: level)
                let row = storage.changeableLinks(UInt32(slot), level: level)
                for (index, id) in sorted.enumerated() { unsafe row.slots[index] = id }
            }
        }
        try checkReciprocity(storage)
        guard isGraph else {
            storage.dropLinks()
            return HNSWIndex(storage: storage, entry: nil, nextUID: largest &+ 1, levelsDrawn: 0)
        }
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        scratch.reserve(dimensions: configuration.dimensions)
        storage.recenter(scratch)
        return HNSWIndex(
            storage: storage, entry: entry, nextUID: largest &+ 1,
            levelsDrawn: UInt64(nodes.count))
    }

    private func resolve(_ node: GraphNode, level: Int) throws(GraphError) -> [UInt32] {
        var sorted: [UInt32] = []
        sorted.reserveCapacity(node.links[level].count)
        for uid in node.links[level] {
            if uid == node.uid { throw .linkToItself(uid: uid, level: level) }
            guard let slot = slots[uid] else {
                throw .unknownNode(uid: node.uid, level: level, to: uid)
            }
            guard nodes[Int(slot)].level >= level else {
                throw .linkAboveLevel(uid: node.uid, level: level, to: uid)
            }
            sorted.append(slot)
        }
        sorted.sort()
        for (left, right) in zip(sorted, sorted.dropFirst()) where left == right {
            throw .duplicateLink(uid: node.uid, level: level, to: nodes[Int(left)].uid)
        }
        return sorted
    }

    /// Rows are sorted now, so a way back is found by halving.
    private func checkReciprocity(_ storage: NodeStorage) throws(GraphError) {
        for (slot, node) in nodes.enumerated() {
            for level in node.links.indices {
                for id in storage.linkRow(UInt32(slot), level: level).ids {
                    let back = storage.linkRow(id, level: level)
                    var (low, high) = (0, nodes[Int(id)].links[level].count)
                    while low < high {
                        let middle = (low + high) / 2
                        if unsafe back.slots[middle] < UInt32(slot) {
                            low = middle + 1
                        } else {
                            high = middle
                        }
                    }
                    guard low < back.capacity, unsafe back.slots[low] == UInt32(slot) else {
                        throw .oneWayLink(uid: node.uid, level: level, to: nodes[Int(id)].uid)
                    }
                }
            }
        }
    }
}
