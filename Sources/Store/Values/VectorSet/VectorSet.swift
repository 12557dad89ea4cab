// SPDX-License-Identifier: Apache-2.0

import Containers
public import Primitives
import Synchronization
public import VectorSearch

/// A set of named vectors with JSON attributes, searched by similarity.
///
/// The names and attributes stand here, these as text and by field (``AttributeColumns``), the
/// vectors and their graph in an index of VectorSearch; a node's number ties them. Changes are made
/// by whoever holds the keyspace; searches run beside them on any thread. A search holds the names'
/// lock shared from beginning to end, so a node cannot get another element meanwhile; an insertion
/// takes that lock only to put the name, after the index has done its work under its own lock. An
/// element that has ended is absent for everything that is told the time; ``count`` has it until
/// the keyspace removes it.
public final class VectorSet: ExpiringCollection, CollectionValue, @unchecked Sendable {
    /// Unique in the process, as VINFO's `vset-uid`.
    public let serial: Int64
    public private(set) var attributeCount = 0

    /// The vectors and their graph.
    public let index: HNSWIndex
    /// Maps what clients send to what is stored, when the set was made with REDUCE.
    public let projection: RandomProjection?
    let lock = ReadWriteLock()
    var elements: VectorElements
    /// When elements end; nil while none does.
    var deadlines: NodeDeadlines?
    /// What searches were measured to find; nil while none was.
    let recalls = Mutex<RecallRecord?>(nil)
    /// The attributes by field; nil while no element has one.
    var attributes: AttributeColumns?
    /// What filters that are asked often let pass; nil while the set is small.
    var filters: FilterCache?

    /// An empty set around an empty index.
    public convenience init(
        configuration: VectorIndexConfiguration, projection: RandomProjection? = nil, serial: Int64
    ) {
        self.init(
            index: HNSWIndex(configuration: configuration), projection: projection, serial: serial)
    }

    /// A set around an index whose nodes will be named by ``adopt(_:node:attribute:)``.
    public init(index: HNSWIndex, projection: RandomProjection?, serial: Int64) {
        self.index = index
        self.projection = projection
        self.serial = serial
        elements = VectorElements(hasher: Self.hasher(index.configuration.seed))
        super.init()
    }

    private init(copying other: VectorSet) {
        serial = other.serial
        attributeCount = other.attributeCount
        index = other.index.copy()
        projection = other.projection
        elements = other.elements.copy()
        deadlines = other.deadlines
        attributes = other.attributes
        filters = other.filters.map { _ in FilterCache() }
        super.init()
    }

    static func hasher(_ seed: UInt64) -> SipHash {
        var random = RandomSource(seed: seed)
        return SipHash(key: (random.next(), random.next()))
    }
}

extension VectorSet {
    public var quantization: VectorQuantization { index.configuration.quantization }

    /// By what elements are near each other.
    public var metric: VectorMetric { index.configuration.metric }

    /// Components of a stored vector.
    public var dimensions: Int { index.configuration.dimensions }

    /// M of the graph: links of a node on the upper levels; twice as many on the lowest.
    public var linkCount: Int { index.configuration.m }

    /// Components of a vector as clients send it, when it is projected to fewer; else nil.
    public var inputDimensions: Int? { projection?.inputDimensions }

    /// The number of elements, those included that have ended and not been removed yet. O(1).
    public var count: Int { elements.count }

    /// An equal set; both share chunks of vectors, links and names until they change.
    public func copy() -> VectorSet { VectorSet(copying: self) }

    /// The graph itself is what its nodes are linked by; Redis's name for any vector set.
    public var encodingName: StaticString { "raw" }

    /// The highest number a node has had, as VINFO's `hnsw-max-node-uid`.
    public var highestNodeNumber: Int64 { Int64(clamping: index.maxUID) }

    public func memoryBytes(samples: Int) -> Int {
        544 + index.memoryBytes + elements.memoryBytes(samples: samples)
            + (deadlines?.memoryBytes ?? 0) + (attributes?.memoryBytes ?? 0)
            + (filters?.memoryBytes ?? 0)
    }

    /// The vector as it is stored: fewer components when the set has a projection.
    /// - Throws: when the count of components does not fit.
    public func project(_ components: [Float]) throws(VectorIndexError) -> [Float] {
        try projection?.project(components) ?? components
    }
}

// MARK: - Changing

extension VectorSet {
    /// Adds an element, or gives an existing one another vector; returns whether it is new.
    ///
    /// `vector` has ``dimensions`` finite components. An attribute of nil keeps an existing one,
    /// an empty one removes an existing one. The expiry is the element's from now on, or none. An
    /// element that has ended must have been removed.
    public func add(
        _ name: Bytes, _ vector: [Float], attribute: Bytes?,
        expiryMilliseconds: Int64 = VectorSet.noExpiry, efConstruction: Int
    ) throws(VectorIndexError) -> Bool {
        if let old = elements.find(name) {
            var text = old.attribute
            if let attribute { text = attribute.isEmpty ? nil : ByteString(attribute) }
            try index.update(old.node, to: vector.span, efConstruction: efConstruction)
            if text != old.attribute {
                place(
                    VectorElement.make(name: old.tableKey, node: old.node, attribute: text),
                    replacing: old)
            }
            setDeadline(of: old.node, to: expiryMilliseconds)
            return false
        }
        let node = try index.insert(vector.span, efConstruction: efConstruction)
        // As in Redis, an empty attribute of a new element is one.
        let text = attribute.map { ByteString($0) }
        let element = VectorElement.make(name: name, node: node, attribute: text)
        place(element, replacing: nil, expiryMilliseconds: expiryMilliseconds)
        return true
    }

    /// Removes an element with its node.
    func remove(_ element: VectorElement) {
        lock.exclusive {
            elements.remove(element)
            changeDeadline(of: element.node, to: Self.noExpiry)
            if element.attribute != nil { changeFields(of: element.node, to: nil) }
            index.remove(element.node)
        }
        if element.attribute != nil { attributeCount -= 1 }
    }

    /// Sets an element's attribute, or removes it with an empty text; false when there is no such
    /// element, or it has ended.
    public func setAttribute(
        of name: Bytes, to text: Bytes, at nowMilliseconds: Int64
    ) -> Bool {
        guard let old = find(name, at: nowMilliseconds) else { return false }
        let attribute = text.isEmpty ? nil : ByteString(text)
        place(
            VectorElement.make(name: old.tableKey, node: old.node, attribute: attribute),
            replacing: old)
        return true
    }

    /// Names a node that the index has already, as when a file is loaded; false when the name or
    /// the node is taken. One that has ended already may be named too: it is removed in time.
    public func adopt(
        _ name: Bytes, node: NodeID, attribute: Bytes?,
        expiryMilliseconds: Int64 = VectorSet.noExpiry
    ) -> Bool {
        guard elements.find(name) == nil, elements[node] == nil else { return false }
        let text = attribute.flatMap { $0.isEmpty ? nil : ByteString($0) }
        place(
            VectorElement.make(name: name, node: node, attribute: text),
            replacing: nil, expiryMilliseconds: expiryMilliseconds)
        return true
    }

    /// - Parameter expiryMilliseconds: a new element's expiry.
    private func place(
        _ element: VectorElement, replacing old: VectorElement?,
        expiryMilliseconds: Int64 = VectorSet.noExpiry
    ) {
        attributeCount += (element.attribute == nil ? 0 : 1) - (old?.attribute == nil ? 0 : 1)
        let fields = element.attribute.map { $0.withBytes { JSONFields.all(in: $0) } }
        lock.exclusive {
            if old == nil {
                elements.insert(element)
                changeDeadline(of: element.node, to: expiryMilliseconds)
            } else {
                elements.replace(with: element)
            }
            if fields != nil || old?.attribute != nil {
                changeFields(of: element.node, to: fields)
            }
        }
    }
}

// MARK: - Reading

extension VectorSet {
    /// A vector as it is stored.
    public struct RawVector {
        /// float32, int8, bits or halves, by quantisation.
        public let code: ByteString
        /// Length of the vector before it was normalised.
        public let norm: Float
        /// For int8: the largest magnitude of a component; a code of 127 stands for it. For halves:
        /// what they are to be multiplied with, beside the norm.
        public let range: Float?
    }

    public func contains(_ name: Bytes, at nowMilliseconds: Int64) -> Bool {
        find(name, at: nowMilliseconds) != nil
    }

    public func attribute(of name: Bytes, at nowMilliseconds: Int64) -> ByteString? {
        find(name, at: nowMilliseconds)?.attribute
    }

    /// An element's vector with its own length, as precise as the quantisation.
    public func vector(of name: Bytes, at nowMilliseconds: Int64) -> [Float]? {
        find(name, at: nowMilliseconds).flatMap { index.vector(of: $0.node) }
    }

    public func rawVector(of name: Bytes, at nowMilliseconds: Int64) -> RawVector? {
        guard let element = find(name, at: nowMilliseconds),
            let raw = index.encodedVector(of: element.node)
        else { return nil }
        return RawVector(
            code: ByteString(raw.code), norm: raw.norm,
            range: quantization == .q8 || quantization == .f16 ? raw.range : nil)
    }

    /// The neighbours of an element with their similarity, the highest level first.
    public func links(of name: Bytes, at nowMilliseconds: Int64) -> [[Match]]? {
        guard let element = find(name, at: nowMilliseconds) else { return nil }
        return index.links(of: element.node)?.reversed().map { level in
            level.compactMap { link in
                guard let other = elements[link.node], !hasEnded(link.node, at: nowMilliseconds)
                else {
                    return nil
                }
                return Match(
                    name: other.name, score: metric.score(ofDistance: link.distance),
                    attribute: nil)
            }
        }
    }

    public var maximumLevel: Int { index.maxLevel }

    /// Calls `body` with every element's name, node, attribute and expiry (or ``noExpiry``), those
    /// that have ended included, in no useful order: for files.
    public func forEach<Failure: Error>(
        _ body: (
            ByteString, NodeID, _ attribute: ByteString?, _ expiryMilliseconds: Int64
        ) throws(Failure) -> Void
    ) throws(Failure) {
        var all: [VectorElement] = []
        all.reserveCapacity(elements.count)
        elements.forEach { all.append($0) }
        for element in all {
            let expiry = deadlines?[element.node] ?? Self.noExpiry
            try body(element.name, element.node, element.attribute, expiry)
        }
    }

    public var quantizationName: StaticString {
        switch quantization {
        case .f32: "f32"
        case .q8: "int8"
        case .bin: "bin"
        case .f16: "f16"
        }
    }
}
