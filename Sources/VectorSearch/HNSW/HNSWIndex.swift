// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives
import Synchronization

/// A navigable small-world graph (Malkov and Yashunin, arXiv:1603.09320) whose links are mutual;
/// as long as it has few vectors, these alone.
///
/// Below ``VectorIndexConfiguration/graphThreshold`` there are no links, and searches compare the
/// query with every vector. From there on each vector that is inserted is linked, and a few of
/// those with it that are not, so that no insert takes long; searches walk once all are. Links stay
/// when the index shrinks.
///
/// Invariants of what is linked: a link has its way back; a row has no duplicates and no link to
/// itself; a link on a level leads to a node that reaches the level; the entry point stands on the
/// highest level.
/// Inserts keep every level connected: a link is dropped only where two others go around it, and
/// a node that finds no room is put into the middle of an edge.
@safe
public final class HNSWIndex: VectorIndex, @unchecked Sendable {
    public let configuration: VectorIndexConfiguration
    let coding: VectorCoding
    let lock = ReadWriteLock()
    let levelsDrawn: Atomic<UInt64>

    // Guarded by the lock.
    var storage: NodeStorage
    var entry: UInt32?
    var nextUID: UInt64 = 1
    /// Changes whenever what a search found may no longer be linked as it stood.
    var version: UInt64 = 0

    public init(configuration: VectorIndexConfiguration) {
        self.configuration = configuration
        coding = VectorCoding(configuration)
        levelsDrawn = Atomic(0)
        storage = NodeStorage(
            configuration: configuration, baseCapacity: configuration.m * 2,
            upperCapacity: configuration.m)
    }

    init(storage: NodeStorage, entry: UInt32?, nextUID: UInt64, levelsDrawn: UInt64) {
        configuration = storage.configuration
        coding = VectorCoding(storage.configuration)
        self.levelsDrawn = Atomic(levelsDrawn)
        self.storage = storage
        self.entry = entry
        self.nextUID = nextUID
    }

    /// Makes an index from a dimension count, as the first VADD of a set does.
    public convenience init(
        dimensions: Int, quantization: VectorQuantization, m: Int = 16, seed: UInt64
    ) throws(VectorIndexError) {
        self.init(
            configuration: try VectorIndexConfiguration(
                dimensions: dimensions, quantization: quantization, m: m, seed: seed))
    }

    public func copy() -> HNSWIndex {
        lock.exclusive {
            HNSWIndex(
                storage: NodeStorage(sharing: storage), entry: entry, nextUID: nextUID,
                levelsDrawn: levelsDrawn.load(ordering: .relaxed))
        }
    }
}

extension HNSWIndex {
    public var count: Int { lock.shared { storage.count } }
    public var memoryBytes: Int { lock.shared { storage.memoryBytes + 200 } }
    public var slotBound: Int { lock.shared { storage.slotBound } }
    /// Whether it has links, so that a search may walk along them.
    public var isGraph: Bool { lock.shared { storage.isLinked } }
    /// The highest level a node stands on; 0 if none is linked.
    public var maxLevel: Int { lock.shared { storage.maxLevel ?? 0 } }
    /// The largest uid given so far; 0 if none.
    public var maxUID: UInt64 { lock.shared { nextUID &- 1 } }
    /// Where walks start; nil if no node is linked.
    public var entryPoint: NodeID? { lock.shared { entry.map { NodeID(slot: $0) } } }

    public func uid(of node: NodeID) -> UInt64? {
        lock.shared { storage.isLive(node.slot) ? storage.uid(node.slot) : nil }
    }

    /// The highest level a node stands on; nil if no such node.
    public func level(of node: NodeID) -> Int? {
        lock.shared { storage.isLive(node.slot) ? storage.level(node.slot) : nil }
    }

    public func encodedVector(of node: NodeID) -> EncodedVector? {
        lock.shared { storage.encodedVector(node.slot) }
    }

    public func vector(of node: NodeID) -> [Float]? {
        guard let encoded = encodedVector(of: node) else { return nil }
        return VectorCoding.decode(
            encoded.code, quantization: configuration.quantization,
            dimensions: configuration.dimensions, norm: encoded.norm, range: encoded.range)
    }

    public func randomNode(using random: inout some RandomNumberGenerator) -> NodeID? {
        lock.shared { storage.randomNode(using: &random) }
    }

    /// The links of a node with their distances, a list a level, level 0 first. Without a graph
    /// those that a file would have, for which O(n²) distances are computed.
    public func links(of node: NodeID) -> [[Neighbor]]? {
        let drawn = drawnLinks()
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        scratch.reserve(dimensions: configuration.dimensions)
        return lock.shared {
            guard storage.isLive(node.slot) else { return nil }
            return (0...storage.level(node.slot)).map { level in
                let ids = storage.links(node.slot, level: level, drawn)
                let distances = distances(from: node.slot, to: ids, scratch)
                return zip(ids, distances).map { id, distance in
                    Neighbor(
                        node: NodeID(slot: id), distance: distance, uid: storage.uid(id))
                }
            }
        }
    }

    /// Distances from a stored node to others. The lock is held.
    func distances(from slot: UInt32, to ids: [UInt32], _ scratch: SearchScratch) -> [Float] {
        guard !ids.isEmpty else { return [] }
        var query = unsafe storage.query(slot, coding, scratch)
        var rows = unsafe storage.rows
        return unsafe [Float](unsafeUninitializedCapacity: ids.count) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            unsafe ids.withUnsafeBufferPointer { ids in
                guard let first = ids.baseAddress else { return }
                unsafe coding.distances(&rows, &query, first, ids.count, base)
            }
            count = ids.count
        }
    }
}

extension NodeStorage {
    func encodedVector(_ slot: UInt32) -> EncodedVector? {
        guard isLive(slot) else { return nil }
        let bytes = configuration.quantization.codeBytes(dimensions: configuration.dimensions)
        let code = unsafe [UInt8](UnsafeBufferPointer(start: code(slot), count: bytes))
        return EncodedVector(code: code, norm: norm(slot), range: range(slot))
    }

    /// A stored node, ready to be compared with others; valid while it stays and the scratch does.
    @unsafe
    func query(_ slot: UInt32, _ coding: VectorCoding, _ scratch: SearchScratch) -> EngramQuery {
        unsafe coding.query(
            code: code(slot), norm: norm(slot), range: range(slot), buffer: scratch.preparedNode)
    }

    /// Uniform while at least one slot in eight is in use, which takes a few tries; otherwise
    /// the next one in use after a random slot.
    func randomNode(using random: inout some RandomNumberGenerator) -> NodeID? {
        guard count > 0 else { return nil }
        var slot: UInt32 = 0
        for _ in 0..<64 {
            slot = UInt32.random(in: 0..<UInt32(slotBound), using: &random)
            if isLive(slot) { return NodeID(slot: slot) }
        }
        while !isLive(slot) { slot = (slot + 1) % UInt32(slotBound) }
        return NodeID(slot: slot)
    }
}
