// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import VectorSearch

/// A vector set with its graph, as Redis's `vectorset` type stores it; with elements that end, as
/// our own type `engramvec`, which is the same and then says when; by another metric than cosine,
/// or of halves, as version 2 of that, which then says by which.
///
/// The layout is that of Redis 8.2's `VectorSetRdbSave` and `hnsw_serialize_node`: dimensions,
/// number of nodes, quantisation and M, flags, the projection; then each node with its element,
/// attribute, vector and parameters, the links by the nodes' identifiers.
public struct VectorSetRecord: Equatable, Sendable {
    /// How vectors are kept. Redis has no halves.
    public enum Quantization: Int, Sendable, CaseIterable {
        case none = 0
        case int8 = 1
        case binary = 2
        case half = 3
    }

    /// The random projection that REDUCE makes.
    public struct Projection: Equatable, Sendable {
        public var inputDimensions: Int
        /// float32, little endian: a row of `inputDimensions` for each dimension of the set.
        public var matrix: [UInt8]

        public init(inputDimensions: Int, matrix: [UInt8]) {
            self.inputDimensions = inputDimensions
            self.matrix = matrix
        }
    }

    /// The links of a node in one layer of the graph.
    public struct Layer: Equatable, Sendable {
        public var links: [UInt64]
        /// How many links there is room for.
        public var capacity: Int

        public init(links: [UInt64], capacity: Int) {
            self.links = links
            self.capacity = capacity
        }
    }

    /// An element.
    public struct Node: Equatable, Sendable {
        public var identifier: UInt64
        public var element: ByteString
        /// JSON, or nil.
        public var attribute: ByteString?
        /// As the quantisation has it: float32 little endian, int8, 64-bit words of signs, or
        /// binary16 little endian.
        public var vector: [UInt8]
        /// The length of the vector before it was normalised; what `vector` stands for is to be
        /// multiplied with it.
        public var magnitude: Float
        /// What 127 stands for in an int8 vector, and 1 in one of halves.
        public var range: Float
        /// From the lowest layer up; never empty.
        public var layers: [Layer]
        /// When the element ends, in milliseconds since 1970; 0 for never.
        public var expiryMilliseconds: Int64

        public init(
            identifier: UInt64, element: ByteString, attribute: ByteString?, vector: [UInt8],
            magnitude: Float, range: Float, layers: [Layer], expiryMilliseconds: Int64 = 0
        ) {
            self.identifier = identifier
            self.element = element
            self.attribute = attribute
            self.vector = vector
            self.magnitude = magnitude
            self.range = range
            self.layers = layers
            self.expiryMilliseconds = expiryMilliseconds
        }
    }

    public var dimensions: Int
    public var quantization: Quantization
    /// M of the graph: links of a node in each layer but the lowest, which has twice as many.
    public var m: Int
    public var projection: Projection?
    public var metric: VectorMetric
    public var nodes: [Node]

    public init(
        dimensions: Int, quantization: Quantization, m: Int, projection: Projection? = nil,
        metric: VectorMetric = .cosine, nodes: [Node]
    ) {
        self.dimensions = dimensions
        self.quantization = quantization
        self.m = m
        self.projection = projection
        self.metric = metric
        self.nodes = nodes
    }

    /// Bytes of a stored vector.
    public var vectorByteCount: Int {
        switch quantization {
        case .none: dimensions * 4
        case .int8: dimensions
        case .binary: (dimensions + 63) / 64 * 8
        case .half: dimensions * 2
        }
    }
}

extension VectorSetRecord {
    private static let mostDimensions: UInt64 = 1 << 24
    private static let hasProjection: UInt64 = 1
    private static let hasAttributes: UInt64 = 2
    /// M where files of early versions say 0.
    private static let defaultM = 16
    private static let mostLinks: UInt64 = 4096 * 4

    /// Whether some element ends.
    public var hasExpiries: Bool { nodes.contains { $0.expiryMilliseconds != 0 } }

    /// The module type that the set is written as.
    var moduleType: RDBModuleType {
        if metric != .cosine || quantization == .half { return .metricVectorSet }
        return hasExpiries ? .expiringVectorSet : .vectorSet
    }

    /// The types that are vector sets.
    static let moduleTypes: [RDBModuleType] = [.vectorSet, .expiringVectorSet, .metricVectorSet]

    /// - Parameter type: one of ``moduleTypes``.
    init(_ type: RDBModuleType, from fields: inout ModuleReader) throws(RDBError) {
        dimensions = try fields.unsigned("the dimension", in: 1...Self.mostDimensions)
        let announced = try fields.unsigned()
        let configuration = try fields.unsigned()
        guard let quantization = Quantization(rawValue: Int(configuration & 0xFF)) else {
            throw fields.malformed("unknown quantisation \(configuration & 0xFF)")
        }
        guard quantization != .half || type == .metricVectorSet else {
            throw fields.malformed("a vector set of halves stands as \(type.name) \(type.version)")
        }
        self.quantization = quantization
        let m = Int((configuration >> 8) & 0xFFFF)
        self.m = m == 0 ? Self.defaultM : m
        let flags = try fields.unsigned()
        guard flags & ~(Self.hasProjection | Self.hasAttributes) == 0 else {
            throw fields.malformed("unknown flags \(flags) of a vector set")
        }
        nodes = []
        metric = .cosine
        if flags & Self.hasProjection != 0 {
            let inputDimensions = try fields.unsigned(
                "the dimension before projection", in: 1...Self.mostDimensions)
            let matrix = try fields.string().array
            guard matrix.count == 4 * inputDimensions * dimensions, Self.areFinite(matrix) else {
                throw fields.malformed("the projection is not what the dimensions say")
            }
            projection = Projection(inputDimensions: inputDimensions, matrix: matrix)
        }
        let count = try fields.reader.checkCount(announced, bytesEach: 8)
        nodes.reserveCapacity(count)
        for _ in 0..<count {
            nodes.append(
                try Self.node(&fields, hasAttribute: flags & Self.hasAttributes != 0, self))
        }
        if let fault = graphFault() { throw fields.malformed(fault) }
        if type != .vectorSet { try readExpiries(&fields) }
        if type == .metricVectorSet { try readMetric(&fields) }
    }

    private mutating func readMetric(_ fields: inout ModuleReader) throws(RDBError) {
        let number = try fields.unsigned()
        guard let metric = UInt8(exactly: number).flatMap({ VectorMetric(rawValue: $0) }) else {
            throw fields.malformed("unknown metric \(number) of a vector set")
        }
        guard metric == .cosine || quantization != .binary else {
            throw fields.malformed("a vector set of signs has another metric than cosine")
        }
        guard metric == .cosine || nodes.allSatisfy(\.magnitude.isFinite) else {
            throw fields.malformed("the length of a vector is not finite")
        }
        self.metric = metric
    }

    private mutating func readExpiries(_ fields: inout ModuleReader) throws(RDBError) {
        let count = try fields.reader.checkCount(try fields.unsigned(), bytesEach: 4)
        guard count > 0 else { return }
        var places: [UInt64: Int] = [:]
        places.reserveCapacity(nodes.count)
        for (place, node) in nodes.enumerated() { places[node.identifier] = place }
        for _ in 0..<count {
            let identifier = try fields.unsigned()
            let expiry = try fields.unsigned()
            guard let place = places.removeValue(forKey: identifier) else {
                throw fields.malformed("an expiry is no element's, or stands twice")
            }
            guard expiry > 0, expiry <= RDBValue.latestFieldExpiry else {
                throw fields.malformed(
                    "the expiry of '\(nodes[place].element)' is no time")
            }
            nodes[place].expiryMilliseconds = Int64(expiry)
        }
    }

    private static func node(
        _ fields: inout ModuleReader, hasAttribute: Bool, _ set: VectorSetRecord
    ) throws(RDBError) -> Node {
        let element = try fields.string()
        var attribute: ByteString?
        if hasAttribute {
            let text = try fields.string()
            attribute = text.isEmpty ? nil : text
        }
        let vector = try fields.string().array
        guard vector.count == set.vectorByteCount else {
            throw fields.malformed("the vector of '\(element)' has \(vector.count) bytes")
        }
        let isFinite =
            switch set.quantization {
            case .none: areFinite(vector)
            case .half: areFiniteHalves(vector)
            case .int8, .binary: true
            }
        guard isFinite else {
            throw fields.malformed("the vector of '\(element)' is not finite")
        }
        let announced = try fields.unsigned()
        let count = try fields.reader.checkCount(announced, bytesEach: 2)
        var parameters: [UInt64] = []
        parameters.reserveCapacity(count)
        for _ in 0..<count { parameters.append(try fields.unsigned()) }
        guard
            var node = Node(parameters: parameters)
        else { throw fields.malformed("the links of '\(element)' are malformed") }
        // By cosine a vector may be so long that no float32 holds its length, in Redis too.
        guard !node.magnitude.isNaN, node.range.isFinite else {
            throw fields.malformed("the length of '\(element)' is no number")
        }
        node.element = element
        node.attribute = attribute
        node.vector = vector
        return node
    }

    private static func areFinite(_ floats: [UInt8]) -> Bool {
        // An exponent of all ones is infinite or not a number.
        for index in stride(from: 3, to: floats.count, by: 4)
        where floats[index] & 0x7F == 0x7F && floats[index - 1] & 0x80 != 0 {
            return false
        }
        return true
    }

    private static func areFiniteHalves(_ halves: [UInt8]) -> Bool {
        for index in stride(from: 1, to: halves.count, by: 2) where halves[index] & 0x7C == 0x7C {
            return false
        }
        return true
    }

    /// What is wrong with the graph, or nil: identifiers and elements are unique, every link goes
    /// to another node that reaches the layer, stands once, and is answered. O(links).
    public func graphFault() -> String? {
        var indexes: [UInt64: Int] = [:]
        indexes.reserveCapacity(nodes.count)
        var elements: Set<ByteString> = []
        elements.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            guard indexes.updateValue(index, forKey: node.identifier) == nil else {
                return "two nodes have the identifier \(node.identifier)"
            }
            guard elements.insert(node.element).inserted else {
                return "the element '\(node.element)' stands twice"
            }
        }
        for node in nodes {
            for (level, layer) in node.layers.enumerated() {
                guard Set(layer.links).count == layer.links.count else {
                    return "a link of '\(node.element)' stands twice"
                }
                for link in layer.links {
                    guard link != node.identifier, let index = indexes[link],
                        level < nodes[index].layers.count
                    else { return "a link of '\(node.element)' leads nowhere" }
                    guard nodes[index].layers[level].links.contains(node.identifier) else {
                        return "a link of '\(node.element)' is not answered"
                    }
                }
            }
        }
        return nil
    }
}

extension VectorSetRecord.Node {
    private static let newestLayout: UInt64 = 1

    /// From the numbers that Redis keeps of a node; nil when they do not fit together. Element,
    /// attribute and vector stay empty.
    fileprivate init?(parameters: [UInt64]) {
        guard parameters.count >= 3 else { return nil }
        let identifier = parameters[0]
        let level = Int(parameters[1] & 0xFF)
        let layout = (parameters[1] >> 24) & 0xFF
        guard layout <= Self.newestLayout else { return nil }
        // Layout 1 keeps which link is the worst, which layout 0 leaves to the reader.
        let tail = layout == 1 ? 1 : 0
        var layers: [VectorSetRecord.Layer] = []
        var index = 2
        for _ in 0...level {
            guard index + 2 <= parameters.count, parameters[index] <= parameters[index + 1],
                parameters[index + 1] <= VectorSetRecord.mostLinks
            else { return nil }
            let count = Int(parameters[index])
            let capacity = Int(parameters[index + 1])
            index += 2
            guard index + count + tail <= parameters.count else { return nil }
            let links = Array(parameters[index..<(index + count)])
            index += count
            if tail == 1 {
                guard count == 0 || parameters[index] & 0xFFFF_FFFF < UInt64(count) else {
                    return nil
                }
                index += 1
            }
            layers.append(VectorSetRecord.Layer(links: links, capacity: capacity))
        }
        guard index == parameters.count - 1 else { return nil }
        let floats = parameters[index]
        self.init(
            identifier: identifier, element: ByteString(), attribute: nil, vector: [],
            magnitude: Float(bitPattern: UInt32(truncatingIfNeeded: floats)),
            range: Float(bitPattern: UInt32(truncatingIfNeeded: floats >> 32)), layers: layers)
    }

    /// The numbers that Redis keeps of a node, in layout 0: the reader then finds the worst link
    /// itself, after it has put the links in an order of its own.
    fileprivate var parameters: [UInt64] {
        var parameters = [identifier, UInt64(layers.count - 1)]
        for layer in layers {
            parameters.append(UInt64(layer.links.count))
            parameters.append(UInt64(Swift.max(layer.capacity, layer.links.count)))
            parameters.append(contentsOf: layer.links)
        }
        parameters.append(UInt64(range.bitPattern) << 32 | UInt64(magnitude.bitPattern))
        return parameters
    }
}

extension VectorSetRecord {
    /// Appends the fields of the module's value, without the end.
    func write(to encoder: inout RDBEncoder) {
        encoder.moduleUnsigned(UInt64(dimensions))
        encoder.moduleUnsigned(UInt64(nodes.count))
        encoder.moduleUnsigned(UInt64(quantization.rawValue) | UInt64(m & 0xFFFF) << 8)
        let hasAttributes = nodes.contains { $0.attribute != nil }
        encoder.moduleUnsigned(
            (projection == nil ? 0 : Self.hasProjection)
                | (hasAttributes ? Self.hasAttributes : 0))
        if let projection {
            encoder.moduleUnsigned(UInt64(projection.inputDimensions))
            encoder.moduleString(projection.matrix)
        }
        for node in nodes {
            encoder.moduleString(node.element.array)
            if hasAttributes { encoder.moduleString(node.attribute?.array ?? []) }
            encoder.moduleString(node.vector)
            let parameters = node.parameters
            encoder.moduleUnsigned(UInt64(parameters.count))
            for parameter in parameters { encoder.moduleUnsigned(parameter) }
        }
        let expiring = nodes.filter { $0.expiryMilliseconds != 0 }
        guard moduleType != .vectorSet else { return }
        encoder.moduleUnsigned(UInt64(expiring.count))
        for node in expiring {
            encoder.moduleUnsigned(node.identifier)
            encoder.moduleUnsigned(UInt64(node.expiryMilliseconds))
        }
        if moduleType == .metricVectorSet { encoder.moduleUnsigned(UInt64(metric.rawValue)) }
    }
}
