// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import VectorSearch

@Suite("Filtered search")
struct FilteredSearchTests {
    private struct Filters {
        var all: [(name: String, nodes: NodeBitmap)] = []

        /// Nodes at random, and those nearest to a vector, at several sizes.
        init(_ index: HNSWIndex, near query: [Float], _ random: inout RandomSource) throws {
            let nearest = try index.nearest(
                to: query.span, options: SearchOptions(count: index.count, isExact: true))
            let slots = nearest.map(\.node).sorted().shuffled(using: &random)
            for share in [1, 0.9, 0.5, 0.2, 0.1, 0.03, 0.01, 0.001] {
                let size = Int((Double(index.count) * share).rounded(.up))
                all.append(("random \(share)", Self.bitmap(slots.prefix(size))))
                all.append(("near \(share)", Self.bitmap(nearest.prefix(size).map(\.node))))
                all.append(("far \(share)", Self.bitmap(nearest.suffix(size).map(\.node))))
            }
        }

        private static func bitmap(_ nodes: some Sequence<NodeID>) -> NodeBitmap {
            var bitmap = NodeBitmap()
            for node in nodes { bitmap.insert(node) }
            return bitmap
        }
    }

    @Test(
        "finds as many as are wanted or as pass, the nearest, whatever passes",
        arguments: [
            (VectorQuantization.q8, 128, 5_000), (.f32, 128, 3_000), (.q8, 32, 3_000),
            (.bin, 64, 2_000), (.q8, 128, 60),
        ])
    func recall(quantization: VectorQuantization, dimensions: Int, count: Int) throws {
        var random = RandomSource(seed: UInt64(count))
        var vectors = TestVectors(dimensions: dimensions, seed: 3)
        let index = try HNSWIndex.make(quantization, dimensions: dimensions)
        for _ in 0..<count { _ = try index.insert(vectors.next().span, efConstruction: 60) }
        // Some slots are free.
        for slot in stride(from: 0, to: UInt32(count), by: 17) { index.remove(NodeID(slot: slot)) }
        let filters = try Filters(index, near: vectors.next(), &random)
        let queries = vectors.next(10)
        for (name, nodes) in filters.all {
            for (wanted, ef, budget) in [(10, 60, 0), (10, 10, 1), (40, 100, 1_000)] {
                var (hits, total) = (0, 0)
                for query in queries {
                    var options = SearchOptions(
                        count: wanted, ef: ef, filter: SearchFilter(nodes, visitBudget: budget))
                    let found = try index.nearest(to: query.span, options: options)
                    #expect(found.count == min(wanted, nodes.count), "\(name) \(ef)")
                    #expect(found.allSatisfy { nodes.contains($0.node) }, "\(name) \(ef)")
                    options.isExact = true
                    let exact = try index.nearest(to: query.span, options: options)
                    // Within a cluster all are about as near as another, which is hard on estimates.
                    // Of equally near ones any will do, and bits have many of them.
                    let limit = (exact.last?.distance ?? 0) + 1e-6
                    hits += found.count { $0.distance <= limit }
                    total += exact.count
                }
                #expect(Double(hits) >= 0.8 * Double(total), "\(name) \(ef): \(hits) of \(total)")
            }
        }
    }

    @Test("takes bits of nodes that are not there for nothing")
    func deadNodes() throws {
        var vectors = TestVectors(dimensions: 128, seed: 9)
        let index = try HNSWIndex.make(.q8, dimensions: 128)
        for _ in 0..<3_000 { _ = try index.insert(vectors.next().span, efConstruction: 40) }
        for slot in 0..<UInt32(2_900) { index.remove(NodeID(slot: slot)) }
        let query = vectors.next()
        for bound in [3_000, 5_000, 2_905, 2_900, 0] {
            for isExact in [false, true] {
                let options = SearchOptions(
                    count: 10, filter: SearchFilter(NodeBitmap(below: bound)), isExact: isExact)
                let found = try index.nearest(to: query.span, options: options)
                #expect(found.count == min(10, max(0, min(bound, 3_000) - 2_900)))
            }
        }
    }
}
