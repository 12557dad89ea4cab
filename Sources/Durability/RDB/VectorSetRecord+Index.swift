// SPDX-License-Identifier: Apache-2.0

public import VectorSearch

/// Between a stored vector set and a graph in memory.
extension VectorSetRecord {
    /// The graph as it is stored; nil when an index cannot hold it.
    public func index() -> HNSWIndex? {
        guard
            let configuration = try? VectorIndexConfiguration(
                dimensions: dimensions, quantization: quantization.stored, m: m, metric: metric,
                seed: 1)
        else { return nil }
        var builder = GraphBuilder(configuration: configuration)
        do throws(GraphError) {
            for node in nodes { try builder.append(GraphNode(node)) }
            return try builder.finish()
        } catch {
            return nil
        }
    }

    /// A vector's components, dequantised, with its length.
    func vector(at position: Int) -> [Float] {
        let node = nodes[position]
        switch quantization {
        case .none:
            return (0..<dimensions).map { component in
                var bits: UInt32 = 0
                for offset in 0..<4 {
                    bits |= UInt32(node.vector[component * 4 + offset]) << UInt32(8 * offset)
                }
                return Float(bitPattern: bits) * node.magnitude
            }
        case .int8:
            let scale = node.range / 127 * node.magnitude
            return node.vector.map { Float(Int8(bitPattern: $0)) * scale }
        case .binary:
            return (0..<dimensions).map { component in
                let isPositive = node.vector[component / 8] >> UInt8(component % 8) & 1 == 1
                return isPositive ? node.magnitude : -node.magnitude
            }
        case .half:
            return EncodedVector(node).components(as: .f16, dimensions: dimensions)
        }
    }

    /// The same elements with the links of `index`, where element i is `nodes[i]`; the vectors stay
    /// as they are to the bit, unless `index` stores them in another form.
    func relinked(as index: HNSWIndex, _ nodes: [NodeID]) -> VectorSetRecord {
        var record = self
        record.m = index.configuration.m
        record.quantization = Quantization(index.configuration.quantization)
        let changesForm = record.quantization != quantization
        let drawn = index.drawnLinks()
        for (position, node) in nodes.enumerated() {
            guard let stored = index.graphNode(node, drawn) else { continue }
            record.nodes[position].identifier = stored.uid
            record.nodes[position].layers = Self.layers(stored.links, m: record.m)
            guard changesForm else { continue }
            record.nodes[position].vector = stored.encoded.code
            record.nodes[position].range = stored.encoded.range
            // A vector of signs has lost its length's meaning, not its length.
            if quantization != .binary {
                record.nodes[position].magnitude = stored.encoded.norm
            }
        }
        return record
    }
}

extension GraphNode {
    init(_ node: VectorSetRecord.Node) {
        self.init(
            uid: node.identifier,
            encoded: EncodedVector(node), links: node.layers.map(\.links))
    }
}

extension EncodedVector {
    fileprivate init(_ node: VectorSetRecord.Node) {
        self.init(code: node.vector, norm: node.magnitude, range: node.range)
    }
}

extension VectorSetRecord.Quantization {
    init(_ stored: VectorQuantization) {
        switch stored {
        case .f32: self = .none
        case .q8: self = .int8
        case .bin: self = .binary
        case .f16: self = .half
        }
    }

    /// As the index has it.
    var stored: VectorQuantization {
        switch self {
        case .none: .f32
        case .int8: .q8
        case .binary: .bin
        case .half: .f16
        }
    }
}
