// SPDX-License-Identifier: Apache-2.0

import COpenBLAS

/// How much of the truth an index finds, measured on a sample of its own vectors.
public struct RecallSample: Sendable {
    public let queries: Int
    public let count: Int
    public let ef: Int
    /// The share of the `count` nearest others of each sampled vector that a search finds.
    public let recall: Double

    /// Samples `queries` stored vectors, finds the nearest others of each exactly, through matrix
    /// products over the dequantised vectors, and by search, and compares.
    ///
    /// An answer as near as the last true one counts as true. O(queries · n · dimensions).
    public static func measure(
        _ index: some VectorIndex, queries: Int = 200, count: Int = 10, ef: Int = 200,
        using random: inout some RandomNumberGenerator
    ) throws(VectorIndexError) -> RecallSample {
        let index = index.copy()
        let wanted = min(count, index.count - 1)
        guard wanted > 0, queries > 0 else {
            return RecallSample(queries: 0, count: count, ef: ef, recall: 1)
        }
        var sample: [NodeID] = []
        for _ in 0..<queries {
            if let node = index.randomNode(using: &random) { sample.append(node) }
        }
        let limits = farthestTrue(index, sample, wanted)
        var found = 0
        for (node, limit) in zip(sample, limits) {
            let options = SearchOptions(count: wanted + 1, ef: max(ef, wanted + 1))
            let neighbors = try index.nearest(toNode: node, options: options)
            let close = neighbors.filter { $0.node != node && $0.distance <= limit }
            found += min(close.count, wanted)
        }
        return RecallSample(
            queries: sample.count, count: count, ef: ef,
            recall: Double(found) / Double(sample.count * wanted))
    }

    /// For each sampled node the distance of its `wanted`-th nearest other, and what it may be off
    /// by rounding.
    private static func farthestTrue(
        _ index: some VectorIndex, _ sample: [NodeID], _ wanted: Int
    ) -> [Float] {
        OpenBLAS.useOneThread
        let dimensions = index.configuration.dimensions
        let metric = index.configuration.metric
        let queries = sample.map { components($0, index) ?? [] }
        let (joined, lengths) = (queries.flatMap { $0 }, queries.map(squareLength))
        var nearest = [[Float]](repeating: [], count: sample.count)
        let blockRows = 512
        var first = 0
        while first < index.slotBound {
            var block: [Float] = []
            var nodes: [NodeID] = []
            var blockLengths: [Float] = []
            for slot in first..<min(first + blockRows, index.slotBound) {
                let node = NodeID(slot: UInt32(slot))
                guard let row = components(node, index) else { continue }
                block.append(contentsOf: row)
                blockLengths.append(squareLength(row))
                nodes.append(node)
            }
            first += blockRows
            if nodes.isEmpty { continue }
            var dots = [Float](repeating: 0, count: sample.count * nodes.count)
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(sample.count),
                blasint(nodes.count), blasint(dimensions), 1, joined, blasint(dimensions), block,
                blasint(dimensions), 0, &dots, blasint(nodes.count))
            for query in sample.indices {
                for (column, node) in nodes.enumerated() where node != sample[query] {
                    let distance = metric.distance(
                        product: dots[query * nodes.count + column],
                        squares: lengths[query] + blockLengths[column])
                    keep(distance.isNaN ? .infinity : distance, of: wanted, in: &nearest[query])
                }
            }
        }
        return zip(nearest, lengths).map { nearest, length in
            let limit = nearest.last ?? .infinity
            // A difference is as precise as what it is one of.
            let rounding = metric == .l2 ? 1e-6 * length : 0
            return limit + max(metric.tolerance(at: limit), rounding)
        }
    }

    private static func keep(_ distance: Float, of wanted: Int, in sorted: inout [Float]) {
        if sorted.count == wanted {
            guard let last = sorted.last, distance < last else { return }
            sorted.removeLast()
        }
        let place = sorted.firstIndex { $0 > distance } ?? sorted.count
        sorted.insert(distance, at: place)
    }

    private static func squareLength(_ components: [Float]) -> Float {
        components.reduce(0) { $0 + $1 * $1 }
    }

    /// A stored vector, by cosine without its norm; signs are scaled so that distances come out as
    /// the index has them.
    private static func components(_ node: NodeID, _ index: some VectorIndex) -> [Float]? {
        guard let encoded = index.encodedVector(of: node) else { return nil }
        let configuration = index.configuration
        let components = VectorCoding.decode(
            encoded.code, quantization: configuration.quantization,
            dimensions: configuration.dimensions,
            norm: configuration.metric == .cosine ? 1 : encoded.norm, range: encoded.range)
        guard configuration.quantization == .bin else { return components }
        let scale = 1 / Float(configuration.dimensions).squareRoot()
        return components.map { $0 * scale }
    }
}
