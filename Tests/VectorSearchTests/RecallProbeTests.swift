// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import VectorSearch

@Suite("Recall of one search")
struct RecallProbeTests {
    private func index(count: Int) throws -> HNSWIndex {
        let index = HNSWIndex(
            configuration: try VectorIndexConfiguration(
                dimensions: 12, quantization: .q8, m: 4, seed: 3, graphThreshold: 0))
        var vectors = TestVectors(dimensions: 12, seed: 5)
        for row in vectors.next(count) {
            _ = try index.insert(row.span, efConstruction: 10)
        }
        return index
    }

    @Test("is the share of the exact answer")
    func share() throws {
        let index = try index(count: 6_000)
        var queries = TestVectors(dimensions: 12, seed: 6)
        for query in queries.next(20) {
            let truth = try index.nearest(
                to: query.span, options: SearchOptions(count: 10, isExact: true))
            let found = try index.nearest(
                to: query.span, options: SearchOptions(count: 10, ef: 10))
            let nodes = Set(truth.map(\.node))
            let share = Double(found.count { nodes.contains($0.node) }) / 10
            let measured = try RecallProbe.measure(index, query: query, count: 10, ef: 10)
            // Equal distances may count for more.
            #expect(try #require(measured) >= share)
            #expect(try #require(measured) <= share + 0.2)
        }
    }

    @Test("is nothing in an empty index, and of all there are in a small one")
    func small() throws {
        let empty = try index(count: 0)
        let query = [Float](repeating: 1, count: 12)
        #expect(try RecallProbe.measure(empty, query: query, count: 10, ef: 10) == nil)
        let small = try index(count: 3)
        #expect(try RecallProbe.measure(small, query: query, count: 10, ef: 10) == 1)
        #expect(throws: VectorIndexError.self) {
            try RecallProbe.measure(small, query: [1], count: 10, ef: 10)
        }
    }
}
