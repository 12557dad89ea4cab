// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import VectorSearch

@Suite("Metrics")
struct VectorMetricTests {
    static let forms: [(VectorMetric, VectorQuantization)] = [
        (.l2, .f32), (.l2, .q8), (.ip, .f32), (.ip, .q8), (.cosine, .f32), (.cosine, .q8),
        (.l2, .f16), (.ip, .f16), (.cosine, .f16),
    ]

    /// Vectors in clusters whose lengths spread over two decades.
    private func spread(_ count: Int, dimensions: Int, seed: UInt64) -> [[Float]] {
        var vectors = TestVectors(dimensions: dimensions, seed: seed)
        var random = RandomSource(seed: seed)
        return vectors.next(count).map { row in
            let scale = Float.random(in: 1...10, using: &random)
            return row.map { $0 * scale * scale / 10 }
        }
    }

    private func exactDistance(_ metric: VectorMetric, _ a: [Float], _ b: [Float]) -> Double {
        var (product, square): (Double, Double) = (0, 0)
        for (left, right) in zip(a, b) {
            let gap = Double(left) - Double(right)
            product += Double(left) * Double(right)
            square += gap * gap
        }
        switch metric {
        case .cosine: return 1 - product / (length(a) * length(b))
        case .l2: return square
        case .ip: return -product
        }
    }

    private func length(_ vector: [Float]) -> Double {
        vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    private func index(
        _ form: (VectorMetric, VectorQuantization), dimensions: Int, _ rows: [[Float]]
    ) throws -> (HNSWIndex, [NodeID]) {
        let index = HNSWIndex(
            configuration: try VectorIndexConfiguration(
                dimensions: dimensions, quantization: form.1, m: 16, metric: form.0, seed: 7,
                graphThreshold: 0))
        return (index, try rows.map { try index.insert($0.span, efConstruction: 200) })
    }

    @Test("the numbers in files stay")
    func frozen() {
        #expect(VectorMetric.allCases.map(\.rawValue) == [0, 1, 2])
    }

    @Test("a higher score is nearer")
    func scores() {
        #expect(VectorMetric.cosine.score(ofDistance: 0) == 1)
        #expect(VectorMetric.cosine.score(ofDistance: 2) == 0)
        #expect(VectorMetric.l2.score(ofDistance: 0) == 1)
        #expect(VectorMetric.l2.score(ofDistance: 3) == 0.25)
        #expect(VectorMetric.ip.score(ofDistance: -7) == 7)
        for metric in VectorMetric.allCases {
            #expect(metric.score(ofDistance: 0.5) > metric.score(ofDistance: 1))
            #expect(metric.isBeyond(0.4, distance: 1))
            #expect(!metric.isBeyond(2, distance: 0.5))
        }
    }

    @Test("signs have no length to compare")
    func signs() throws {
        for metric in [VectorMetric.l2, .ip] {
            #expect(throws: VectorIndexError.signsHaveNoLength) {
                try VectorIndexConfiguration(
                    dimensions: 8, quantization: .bin, metric: metric, seed: 1)
            }
        }
    }

    @Test("distances are those of the vectors as they came", arguments: forms)
    func distances(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        for dimensions in [1, 2, 8, 9, 31, 97, 127, 383] {
            let rows = spread(60, dimensions: dimensions, seed: UInt64(dimensions))
            let (index, nodes) = try index(form, dimensions: dimensions, rows)
            let query = spread(1, dimensions: dimensions, seed: 1_000)[0]
            let found = try index.nearest(to: query.span, among: nodes, count: rows.count)
            #expect(found.count == rows.count)
            for neighbor in found {
                let row = rows[try #require(nodes.firstIndex(of: neighbor.node))]
                let exact = exactDistance(form.metric, query, row)
                let step = form.quantization.error
                let scale = form.metric == .cosine ? 1 : length(query) * length(row)
                let gap = length(query) - length(row)
                let bound = step * (form.metric == .l2 ? 2 * scale + gap * gap : scale) + 1e-6
                #expect(abs(Double(neighbor.distance) - exact) <= bound)
            }
        }
    }

    @Test("vectors far from zero are told apart, as floats", arguments: [9, 128])
    func farFromZero(dimensions: Int) throws {
        var random = RandomSource(seed: 3)
        let rows = (0..<200).map { _ in
            (0..<dimensions).map { _ in 1_000 + Float.random(in: 0...1, using: &random) }
        }
        let (index, nodes) = try index((.l2, .f32), dimensions: dimensions, rows)
        for (row, node) in zip(rows, nodes) {
            let found = try index.nearest(
                to: row.span, options: SearchOptions(count: 1, isExact: true))
            #expect(found.first?.node == node)
            #expect(found.first?.distance == 0)
            #expect(index.vector(of: node) == row)
        }
    }

    @Test("a vector of zeros is one like others", arguments: [8, 128])
    func zeros(dimensions: Int) throws {
        let zero = [Float](repeating: 0, count: dimensions)
        for form in Self.forms where form.0 != .cosine {
            let rows = [zero] + spread(50, dimensions: dimensions, seed: 4)
            let (index, nodes) = try index(form, dimensions: dimensions, rows)
            #expect(index.vector(of: nodes[0]) == zero)
            let found = try index.nearest(to: zero.span, options: SearchOptions(count: 51))
            #expect(found.count == 51)
            for neighbor in found {
                let row = rows[try #require(nodes.firstIndex(of: neighbor.node))]
                let exact = exactDistance(form.0, zero, row)
                let error = form.1 == .f16 ? 0x1p-10 : 1e-5
                #expect(abs(Double(neighbor.distance) - exact) <= error * (1 + exact))
            }
            if form.0 == .l2 { #expect(found[0].node == nodes[0]) }
        }
    }

    @Test("halves of any size are as precise, and whole numbers are exact")
    func halvesByDistance() throws {
        var random = RandomSource(seed: 17)
        for dimensions in [9, 100] {
            for scale in [1e-20, 1e-4, 1, 65_504, 1e17] as [Float] {
                let rows = spread(40, dimensions: dimensions, seed: 18)
                    .map { $0.map { $0 * scale } }
                let (index, nodes) = try index((.l2, .f16), dimensions: dimensions, rows)
                for (row, node) in zip(rows, nodes) {
                    let stored = try #require(index.vector(of: node))
                    let (gap, own) = (exactDistance(.l2, stored, row), length(row))
                    #expect(gap <= 0x1p-22 * own * own)
                    let found = try index.nearest(to: row.span, options: SearchOptions(count: 1))
                    #expect(found.first?.node == node)
                    let same = try index.nearest(toNode: node, options: SearchOptions(count: 1))
                    #expect(same.first?.node == node && same.first?.distance == 0)
                }
            }
            let pixels = (0..<30).map { _ in
                (0..<dimensions).map { _ in Float(random.below(256)) }
            }
            let (index, nodes) = try index((.l2, .f16), dimensions: dimensions, pixels)
            for (row, node) in zip(pixels, nodes) {
                #expect(index.vector(of: node) == row)
                for other in try index.nearest(to: row.span, options: SearchOptions(count: 30)) {
                    let place = try #require(nodes.firstIndex(of: other.node))
                    #expect(Double(other.distance) == exactDistance(.l2, row, pixels[place]))
                }
            }
        }
    }

    @Test("what is asked for is not rounded to halves", arguments: VectorMetric.allCases)
    func preciseQuery(metric: VectorMetric) throws {
        let rows = spread(50, dimensions: 383, seed: 19)
        let (index, nodes) = try index((metric, .f16), dimensions: 383, rows)
        let stored = try nodes.map { try #require(index.vector(of: $0)) }
        for query in spread(10, dimensions: 383, seed: 20) {
            let found = try index.nearest(to: query.span, among: nodes, count: 50)
            for neighbor in found {
                let row = stored[try #require(nodes.firstIndex(of: neighbor.node))]
                let exact = exactDistance(metric, query, row)
                let scale = metric == .cosine ? 1 : length(query) * length(row) + abs(exact)
                #expect(abs(Double(neighbor.distance) - exact) <= 1e-6 * scale)
            }
        }
    }

    @Test("a half is at no distance from itself")
    func sameHalf() throws {
        let rows = spread(50, dimensions: 383, seed: 21)
        let (index, nodes) = try index((.cosine, .f16), dimensions: 383, rows)
        for node in nodes {
            let found = try index.nearest(toNode: node, options: SearchOptions(count: 1))
            #expect(found.first?.node == node)
            #expect(abs(try #require(found.first).distance) < 1e-6)
        }
    }

    @Test(
        "what is decoded has the length of what was stored",
        arguments: [VectorQuantization.q8, .f16])
    func lengths(quantization: VectorQuantization) throws {
        for dimensions in [1, 9, 127, 4_095] {
            let rows = spread(5, dimensions: dimensions, seed: 5)
            let (index, nodes) = try index((.ip, quantization), dimensions: dimensions, rows)
            for (row, node) in zip(rows, nodes) {
                let decoded = try #require(index.vector(of: node))
                #expect(abs(length(decoded) / length(row) - 1) < 1e-5)
            }
        }
    }

    @Test("walks find what scans find, in any number of dimensions", arguments: forms)
    func recall(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        for dimensions in [8, 9, 31, 97, 127, 383] {
            let all = spread(330, dimensions: dimensions, seed: UInt64(dimensions))
            let (rows, queries) = (Array(all[..<300]), Array(all[300...]))
            let (index, _) = try index(form, dimensions: dimensions, rows)
            #expect(index.faults().faults.isEmpty)
            #expect(try recall(of: index, queries) > 0.95, "\(form) at \(dimensions)")
            let probed = try RecallProbe.measure(index, query: queries[0], count: 10, ef: 400)
            #expect(try #require(probed) > 0.9)
        }
    }

    @Test("the largest vectors are fine too", arguments: forms)
    func large(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        for dimensions in [1_000, 4_095] {
            let rows = spread(80, dimensions: dimensions, seed: 1)
            let (index, _) = try index(form, dimensions: dimensions, rows)
            let queries = spread(10, dimensions: dimensions, seed: 2)
            #expect(try recall(of: index, queries) > 0.95)
        }
    }

    private func recall(of index: HNSWIndex, _ queries: [[Float]]) throws -> Double {
        try VectorSearchTests.recall(index, queries: queries, ef: 100)
    }

    @Test("filters, updates and removals keep to it", arguments: forms)
    func history(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        let dimensions = 100
        var rows = spread(450, dimensions: dimensions, seed: 8)
        let (index, nodes) = try index(form, dimensions: dimensions, rows)
        for place in stride(from: 0, to: 450, by: 3) { index.remove(nodes[place]) }
        let fresh = spread(100, dimensions: dimensions, seed: 9)
        for (number, row) in fresh.enumerated() {
            rows[number * 3 + 1] = row
            try index.update(nodes[number * 3 + 1], to: row.span, efConstruction: 100)
        }
        #expect(index.faults().faults.isEmpty)
        #expect(index.faults().unreachable == 0)
        var some = NodeBitmap()
        for place in stride(from: 1, to: 450, by: 3) { some.insert(nodes[place]) }
        var (hits, wanted) = (0, 0)
        for query in spread(20, dimensions: dimensions, seed: 10) {
            for filter in [nil, SearchFilter(some)] {
                let passing = (0..<450).filter { place in
                    place % 3 == 1 || (filter == nil && place % 3 == 2)
                }
                let distances: [(distance: Double, node: NodeID)] = passing.map { place in
                    (exactDistance(form.metric, query, rows[place]), nodes[place])
                }
                let truth = distances.sorted { $0.distance < $1.distance }.prefix(10).map(\.node)
                let options = SearchOptions(
                    count: 10, ef: 100, filter: filter, alwaysWalks: true)
                let found = try index.nearest(to: query.span, options: options)
                #expect(found.count == 10)
                hits += Set(found.map(\.node)).intersection(truth).count
                wanted += 10
            }
        }
        #expect(Double(hits) / Double(wanted) > 0.9)
    }

    @Test("a stored vector asks as the same vector does", arguments: forms)
    func nodeAsQuery(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        let rows = spread(200, dimensions: 97, seed: 11)
        let (index, nodes) = try index(form, dimensions: 97, rows)
        let configuration = index.configuration
        let flat = HNSWIndex(
            configuration: try VectorIndexConfiguration(
                dimensions: configuration.dimensions, quantization: configuration.quantization,
                metric: configuration.metric, seed: 1, graphThreshold: .max))
        for row in rows { _ = try flat.insert(row.span, efConstruction: 0) }
        for place in 0..<20 {
            let options = SearchOptions(count: 5, isExact: true)
            let byNode = try index.nearest(toNode: nodes[place], options: options)
            let row = rows[place]
            let byVector = try index.nearest(to: row.span, options: options)
            let inFlat = try flat.nearest(to: row.span, options: options)
            #expect(byNode.map(\.node) == byVector.map(\.node))
            #expect(inFlat.map(\.distance) == byVector.map(\.distance))
            if form.metric != .ip { #expect(byNode.first?.node == nodes[place]) }
        }
    }

    @Test("a sample of recall knows the metric", arguments: forms)
    func sample(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        let rows = spread(500, dimensions: 40, seed: 12)
        let (index, _) = try index(form, dimensions: 40, rows)
        var random = RandomSource(seed: 13)
        let sample = try RecallSample.measure(index, queries: 50, using: &random)
        #expect(sample.recall > 0.95)
    }

    @Test("lengths that a float does not hold are known")
    func tooLong() {
        let vectors: [([Float], Bool)] = [
            ([3, 4], true), ([Float](repeating: 1e18, count: 4), true), ([2e19], false),
            ([.infinity], false), ([1, .nan], false),
        ]
        for (vector, expected) in vectors {
            let hasLength = VectorProperties.hasLength(vector.span)
            #expect(hasLength == expected)
        }
    }
}

extension VectorQuantization {
    /// What a component may be off by, as a share of the vector's length.
    fileprivate var error: Double {
        switch self {
        case .f32: 1e-5
        // Half of the last of 11 bits; of a square, twice that.
        case .f16: 0x1p-10
        // Half a step in 127 at the most.
        case .q8: 0.02
        case .bin: 1
        }
    }
}
