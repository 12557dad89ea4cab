// SPDX-License-Identifier: Apache-2.0

import Primitives

/// An index without a graph: every search is an exact scan.
@safe
public final class FlatIndex: VectorIndex, @unchecked Sendable {
    public let configuration: VectorIndexConfiguration
    private let coding: VectorCoding
    private let lock = ReadWriteLock()
    private let storage: NodeStorage
    private var nextUID: UInt64 = 1

    public init(configuration: VectorIndexConfiguration) {
        self.configuration = configuration
        coding = VectorCoding(configuration)
        storage = NodeStorage(configuration: configuration, baseCapacity: 0, upperCapacity: 0)
    }

    private init(sharing other: FlatIndex) {
        configuration = other.configuration
        coding = other.coding
        storage = NodeStorage(sharing: other.storage)
        nextUID = other.nextUID
    }

    public var kind: VectorIndexKind { .flat }
    public var count: Int { lock.shared { storage.count } }
    public var memoryBytes: Int { lock.shared { storage.memoryBytes + 150 } }
    public var slotBound: Int { lock.shared { storage.slotBound } }

    public func copy() -> FlatIndex { lock.exclusive { FlatIndex(sharing: self) } }

    public func insert(_ vector: Span<Float>, efConstruction: Int) throws(VectorIndexError)
        -> NodeID
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(vector, into: scratch)
        return try lock.exclusive { () throws(VectorIndexError) -> NodeID in
            guard let slot = storage.allocate(level: 0, uid: nextUID) else { throw .full }
            nextUID &+= 1
            unsafe storage.write(
                slot, code: scratch.code, norm: scratch.norm, range: scratch.range,
                scratch)
            return NodeID(slot: slot)
        }
    }

    public func update(_ node: NodeID, to vector: Span<Float>, efConstruction: Int)
        throws(VectorIndexError)
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(vector, into: scratch)
        try lock.exclusive { () throws(VectorIndexError) in
            guard storage.isLive(node.slot) else { throw .noSuchNode(node) }
            unsafe storage.write(
                node.slot, code: scratch.code, norm: scratch.norm, range: scratch.range,
                scratch)
        }
    }

    @discardableResult
    public func remove(_ node: NodeID) -> Bool {
        lock.exclusive {
            guard storage.isLive(node.slot) else { return false }
            storage.release(node.slot)
            return true
        }
    }

    public func nearest(to query: Span<Float>, options: SearchOptions) throws(VectorIndexError)
        -> [Neighbor]
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(query, into: scratch)
        return lock.shared { ExactScan(storage, coding, scratch).nearest(options) }
    }

    public func nearest(toNode node: NodeID, options: SearchOptions) throws(VectorIndexError)
        -> [Neighbor]
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        scratch.reserve(dimensions: configuration.dimensions)
        return try lock.shared { () throws(VectorIndexError) -> [Neighbor] in
            guard storage.isLive(node.slot) else { throw .noSuchNode(node) }
            storage.loadCode(node.slot, into: scratch)
            return ExactScan(storage, coding, scratch).nearest(options)
        }
    }

    public func nearest(to query: Span<Float>, among nodes: [NodeID], count: Int)
        throws(VectorIndexError) -> [Neighbor]
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(query, into: scratch)
        return lock.shared { ExactScan(storage, coding, scratch).nearest(among: nodes, count) }
    }

    public func vector(of node: NodeID) -> [Float]? {
        guard let encoded = encodedVector(of: node) else { return nil }
        return VectorCoding.decode(
            encoded.code, quantization: configuration.quantization,
            dimensions: configuration.dimensions, norm: encoded.norm, range: encoded.range)
    }

    public func encodedVector(of node: NodeID) -> EncodedVector? {
        lock.shared { storage.encodedVector(node.slot) }
    }

    public func uid(of node: NodeID) -> UInt64? {
        lock.shared { storage.isLive(node.slot) ? storage.uid(node.slot) : nil }
    }

    public func randomNode(using random: inout some RandomNumberGenerator) -> NodeID? {
        lock.shared { storage.randomNode(using: &random) }
    }
}
