// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import VectorSearch

/// Between a stored vector set and the keyspace's.
extension VectorSetRecord {
    /// All of a set that nobody changes meanwhile. O(links); links of a small set are drawn.
    /// - Parameter hasLinks: whether links are wanted at all.
    init(_ set: VectorSet, hasLinks: Bool = true) {
        self.init(
            dimensions: set.dimensions, quantization: Quantization(set.quantization),
            m: set.linkCount, projection: set.projection.map(Projection.init), metric: set.metric,
            nodes: [])
        nodes.reserveCapacity(set.count)
        let drawn = hasLinks ? set.index.drawnLinks() : nil
        set.forEach { name, node, attribute, expiry in
            guard let stored = set.index.graphNode(node, drawn) else { return }
            nodes.append(
                Node(
                    identifier: stored.uid, element: name, attribute: attribute,
                    vector: stored.encoded.code, magnitude: stored.encoded.norm,
                    range: stored.encoded.range,
                    layers: Self.layers(stored.links, m: set.linkCount),
                    // 0 means that it stays; what ended in 1970 has ended a millisecond later too.
                    expiryMilliseconds: expiry == VectorSet.noExpiry ? 0 : Swift.max(expiry, 1)))
        }
        // In the order in which the elements came, so that a file does not depend on hashing.
        nodes.sort { $0.identifier < $1.identifier }
    }

    static func layers(_ links: [[UInt64]], m: Int) -> [Layer] {
        links.enumerated().map { level, links in
            Layer(links: links, capacity: Swift.max(level == 0 ? m * 2 : m, links.count))
        }
    }

    /// The set with its graph; `offset` is for the error when an index cannot hold it.
    func makeSet(_ offset: Int, serial: Int64, seed: UInt64) throws(RDBError) -> VectorSet {
        var stored: RandomProjection?
        if let projection {
            stored = RandomProjection(
                inputDimensions: projection.inputDimensions, outputDimensions: dimensions,
                matrix: projection.components)
            guard stored != nil else {
                throw RDBError(.unsupported, offset: offset, "the projection is too large")
            }
        }
        let configuration: VectorIndexConfiguration
        do throws(VectorIndexError) {
            configuration = try VectorIndexConfiguration(
                dimensions: dimensions, quantization: quantization.stored, m: m, metric: metric,
                seed: seed)
        } catch {
            throw RDBError(.unsupported, offset: offset, "\(dimensions) dimensions are too many")
        }
        var builder = GraphBuilder(configuration: configuration)
        let index: HNSWIndex
        var slots: [NodeID] = []
        do throws(GraphError) {
            for node in nodes { slots.append(try builder.append(GraphNode(node))) }
            index = try builder.finish()
        } catch {
            throw RDBError(.malformed, offset: offset, "the graph is not sound: \(error)")
        }
        let set = VectorSet(index: index, projection: stored, serial: serial)
        for (slot, node) in zip(slots, nodes) {
            let attribute = node.attribute ?? ByteString()
            let isNew = node.element.withBytes { name in
                attribute.withBytes { text in
                    set.adopt(
                        name, node: slot, attribute: text,
                        expiryMilliseconds: node.expiryMilliseconds == 0
                            ? VectorSet.noExpiry : node.expiryMilliseconds)
                }
            }
            guard isNew else {
                throw RDBError(
                    .malformed, offset: offset, "the element '\(node.element)' stands twice")
            }
        }
        return set
    }
}

extension VectorSetRecord.Projection {
    init(_ projection: RandomProjection) {
        var matrix: [UInt8] = []
        matrix.reserveCapacity(projection.matrix.count * 4)
        for component in projection.matrix {
            let bits = component.bitPattern
            for offset in 0..<4 {
                matrix.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 * offset)))
            }
        }
        self.init(inputDimensions: projection.inputDimensions, matrix: matrix)
    }

    var components: [Float] {
        (0..<(matrix.count / 4)).map { component in
            var bits: UInt32 = 0
            for offset in 0..<4 {
                bits |= UInt32(matrix[component * 4 + offset]) << UInt32(8 * offset)
            }
            return Float(bitPattern: bits)
        }
    }
}
