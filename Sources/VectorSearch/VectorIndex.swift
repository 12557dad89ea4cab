// SPDX-License-Identifier: Apache-2.0

/// A set of vectors that can be searched for the nearest by cosine similarity, or by another
/// ``VectorMetric``.
///
/// By cosine, vectors are L2-normalised on the way in and their norm is kept. A distance is 1 minus
/// the dot product of the normalised (and quantised) vectors, from 0 to 2. By l2 a distance is the
/// square of the Euclidean one, by ip the inner product with its sign turned: always, the smaller,
/// the nearer.
///
/// All methods may be called from any thread: searches run in parallel, changes one at a time.
/// Nodes are slots: a removed node's slot is given to a later one. ``Neighbor/uid`` tells them
/// apart.
public protocol VectorIndex: AnyObject, Sendable {
    /// What the index was made with.
    var configuration: VectorIndexConfiguration { get }
    /// How many vectors it holds.
    var count: Int { get }
    /// Bytes of heap memory it holds, shared chunks included.
    var memoryBytes: Int { get }

    /// Adds a vector. O(efConstruction · log n) distances for a graph, O(1) before there is one.
    func insert(_ vector: Span<Float>, efConstruction: Int) throws(VectorIndexError) -> NodeID
    /// Gives a node another vector; its slot and uid stay.
    func update(_ node: NodeID, to vector: Span<Float>, efConstruction: Int)
        throws(VectorIndexError)
    /// Removes a node; false if there is none.
    @discardableResult
    func remove(_ node: NodeID) -> Bool
    /// The nodes nearest to `query`, nearest first, at most `options.count`.
    func nearest(to query: Span<Float>, options: SearchOptions) throws(VectorIndexError)
        -> [Neighbor]
    /// As ``nearest(to:options:)``, with a stored node as the query (it finds itself too).
    func nearest(toNode node: NodeID, options: SearchOptions) throws(VectorIndexError)
        -> [Neighbor]
    /// The exact distances of the given nodes, nearest first: the answer when few pass a filter.
    func nearest(to query: Span<Float>, among nodes: [NodeID], count: Int)
        throws(VectorIndexError) -> [Neighbor]

    /// The vector as VEMB shows it: dequantised and multiplied by its norm; nil if no such node.
    func vector(of node: NodeID) -> [Float]?
    /// What is stored of a node; nil if no such node.
    func encodedVector(of node: NodeID) -> EncodedVector?
    /// The never reused number of a node; nil if no such node.
    func uid(of node: NodeID) -> UInt64?
    /// Any node; nil if the index is empty.
    func randomNode(using random: inout some RandomNumberGenerator) -> NodeID?
    /// The slots in use are all below this.
    var slotBound: Int { get }

    /// A snapshot that shares memory until either side changes. O(n / 1,024).
    func copy() -> Self
}

/// How a vector is stored. The raw values are Redis's `HNSW_QUANT_*`, and are in its files; those
/// that it has not are in ours only.
public enum VectorQuantization: UInt8, Sendable, CaseIterable {
    /// 4 bytes a component.
    case f32 = 0
    /// 1 byte a component and one range a vector.
    case q8 = 1
    /// 1 bit a component: its sign.
    case bin = 2
    /// 2 bytes a component, IEEE binary16, and one range a vector.
    case f16 = 3

    /// Bytes of one stored vector, as VEMB RAW and the snapshot have them.
    public func codeBytes(dimensions: Int) -> Int {
        switch self {
        case .f32: dimensions * 4
        case .q8: dimensions
        case .bin: (dimensions + 63) / 64 * 8
        case .f16: dimensions * 2
        }
    }
}

/// A slot of an index. Dense from 0, reused after a removal.
public struct NodeID: Hashable, Comparable, Sendable {
    public let slot: UInt32

    public init(slot: UInt32) {
        self.slot = slot
    }

    /// The slot as an index into an array that lies beside the index.
    public var index: Int { Int(slot) }

    public static func < (left: NodeID, right: NodeID) -> Bool { left.slot < right.slot }
}

/// One result of a search.
public struct Neighbor: Hashable, Sendable {
    public let node: NodeID
    /// By cosine, 1 minus the dot product: 0 is the same direction, 2 the opposite. By l2 the
    /// square of the distance; by ip the inner product with its sign turned.
    public let distance: Float
    /// The number of the node when the search saw it. A slot may have a new owner by the time the
    /// result is used: compare with ``VectorIndex/uid(of:)``.
    public let uid: UInt64
}

/// The stored form of one vector.
public struct EncodedVector: Hashable, Sendable {
    /// Little-endian floats, int8, 64-bit sign words or halves, without padding.
    public var code: [UInt8]
    /// What the components of `code` are to be multiplied with. By cosine the L2 norm before
    /// normalisation, 1 for a vector of zeros. By another metric the L2 norm, but 1 where l2 is
    /// asked of floats or halves: these are stored as they came.
    public var norm: Float
    /// Largest absolute component of the normalised vector (q8), else 0. By another metric than
    /// cosine it is such that the decoded components have a length of 1. For halves, by any metric,
    /// what they are to be multiplied with: about 1 for that length, by l2 a power of two.
    public var range: Float

    public init(code: [UInt8], norm: Float, range: Float) {
        self.code = code
        self.norm = norm
        self.range = range
    }

    /// The components, with their length unless the code is signs only, of which there are `code`'s
    /// bytes.
    public func components(as quantization: VectorQuantization, dimensions: Int) -> [Float] {
        VectorCoding.decode(
            code, quantization: quantization, dimensions: dimensions, norm: norm, range: range)
    }
}

/// What an index is made with.
public struct VectorIndexConfiguration: Hashable, Sendable {
    /// The most components a vector may have.
    public static let maxDimensions = 65_536
    /// Redis's limits for M.
    public static let mRange = 4...4_096

    public let dimensions: Int
    public let quantization: VectorQuantization
    /// Links a new node seeks on each level; a node holds at most 2M on level 0, M above.
    public let m: Int
    public let metric: VectorMetric
    /// Seed of the levels.
    public let seed: UInt64
    /// An index of fewer vectors has no links: searches compare with every one.
    public let graphThreshold: Int

    /// A scan of so many is faster than a walk that finds nearly as much, for all but the longest
    /// vectors, and a file's links are computed in milliseconds.
    public static let defaultGraphThreshold = 1_024

    /// Throws if `dimensions` is out of 1...65,536, or if only signs are to be kept of vectors
    /// whose lengths count; M is brought into 4...4,096.
    public init(
        dimensions: Int, quantization: VectorQuantization, m: Int = 16,
        metric: VectorMetric = .cosine, seed: UInt64, graphThreshold: Int = defaultGraphThreshold
    ) throws(VectorIndexError) {
        guard (1...Self.maxDimensions).contains(dimensions) else {
            throw .dimensionsOutOfRange(dimensions)
        }
        guard metric == .cosine || quantization != .bin else { throw .signsHaveNoLength }
        self.metric = metric
        self.dimensions = dimensions
        self.quantization = quantization
        self.m = min(max(m, Self.mRange.lowerBound), Self.mRange.upperBound)
        self.seed = seed
        self.graphThreshold = graphThreshold
    }
}

/// How to search.
public struct SearchOptions: Sendable {
    /// How many results are wanted.
    public var count: Int
    /// Candidates kept on the way; at least `count` are.
    public var ef: Int
    /// Results farther than this are left out.
    public var maxDistance: Float?
    public var filter: SearchFilter?
    /// Scan everything that passes: exact on the stored form of the vectors.
    public var isExact: Bool
    /// Walk the graph even where a scan would be no slower.
    public var alwaysWalks: Bool

    public init(
        count: Int = 10,
        ef: Int = 100,
        maxDistance: Float? = nil,
        filter: SearchFilter? = nil,
        isExact: Bool = false,
        alwaysWalks: Bool = false
    ) {
        self.count = count
        self.ef = ef
        self.maxDistance = maxDistance
        self.filter = filter
        self.isExact = isExact
        self.alwaysWalks = alwaysWalks
    }
}

/// Which nodes may be results, and how far a walk may go for them.
public struct SearchFilter: Sendable {
    public var nodes: NodeBitmap
    /// Nodes that a graph walk expands at most (FILTER-EF); 0 is no limit. What a walk does not
    /// find within it, a scan does.
    public var visitBudget: Int

    public init(_ nodes: NodeBitmap, visitBudget: Int = 0) {
        self.nodes = nodes
        self.visitBudget = visitBudget
    }
}

/// Why an index refused.
public enum VectorIndexError: Error, Hashable, Sendable {
    case dimensionsOutOfRange(Int)
    case dimensionMismatch(got: Int, expected: Int)
    case noSuchNode(NodeID)
    /// Vectors of signs can be compared by cosine only.
    case signsHaveNoLength
    /// All 2^31 slots are taken.
    case full
}

/// What the components of a vector are.
public enum VectorProperties {
    /// Whether no component is NaN or infinite. Redis takes infinities (VALUES and FP32) and, in
    /// FP32 blobs, NaN; an index here stores them as zeros or as far away, and never traps.
    public static func isFinite(_ vector: Span<Float>) -> Bool {
        for index in vector.indices where !vector[index].isFinite {
            return false
        }
        return true
    }

    /// Whether the squared length of a vector is a number that a float holds; distances to others
    /// then are too, but for a factor.
    public static func hasLength(_ vector: Span<Float>) -> Bool {
        var squares = 0.0
        for index in vector.indices { squares += Double(vector[index]) * Double(vector[index]) }
        return Float(squares).isFinite
    }
}
