// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Primitives
import Synchronization
import Testing

@testable import VectorSearch

/// From vectors alone to a graph.
@Suite("Change-over")
struct ChangeOverTests {
    private static let forms: [(metric: VectorMetric, quantization: VectorQuantization)] = [
        (.cosine, .f32), (.cosine, .q8), (.cosine, .bin), (.l2, .q8), (.ip, .f32),
    ]

    private func index(
        _ form: (metric: VectorMetric, quantization: VectorQuantization), dimensions: Int,
        graphThreshold: Int
    ) throws -> HNSWIndex {
        HNSWIndex(
            configuration: try VectorIndexConfiguration(
                dimensions: dimensions, quantization: form.quantization, m: 6,
                metric: form.metric, seed: 7, graphThreshold: graphThreshold))
    }

    /// The vectors of an index as a model has them.
    private struct Model {
        var rows: [NodeID: [Float]] = [:]
        var uids: [NodeID: UInt64] = [:]
        var lastUID: UInt64 = 0

        func check(_ index: HNSWIndex, _ random: inout RandomSource) throws {
            let (faults, unreachable) = index.faults()
            #expect(faults.isEmpty)
            #expect(unreachable * 50 <= rows.count)
            #expect(index.count == rows.count)
            for (node, row) in rows {
                #expect(index.uid(of: node) == uids[node])
                #expect(index.vector(of: node)?.count == row.count)
            }
            for slot in 0..<UInt32(index.slotBound) where rows[NodeID(slot: slot)] == nil {
                #expect(index.uid(of: NodeID(slot: slot)) == nil)
            }
            if let some = index.randomNode(using: &random) { #expect(rows[some] != nil) }
        }
    }

    /// An index of the same vectors that was put together from what a file has of it.
    private func reloaded(_ index: HNSWIndex, _ model: inout Model) throws -> HNSWIndex {
        let copy = index.copy()
        let drawn = copy.drawnLinks()
        #expect((drawn == nil) == copy.isGraph)
        var builder = GraphBuilder(configuration: index.configuration)
        var after = Model(lastUID: copy.maxUID)
        for slot in 0..<UInt32(copy.slotBound) {
            let node = NodeID(slot: slot)
            guard let stored = copy.graphNode(node, drawn), let row = model.rows[node] else {
                continue
            }
            #expect(copy.links(of: node)?.map { $0.map(\.uid) } == stored.links)
            let new = try builder.append(stored)
            after.rows[new] = row
            after.uids[new] = stored.uid
        }
        model = after
        return try builder.finish()
    }

    @Test("random histories on both sides of the threshold agree with a model", arguments: forms)
    func histories(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        var random = RandomSource(seed: 11)
        var vectors = TestVectors(dimensions: 100, seed: 12)
        var index = try index(form, dimensions: 100, graphThreshold: 120)
        var model = Model()
        var copies: [(index: HNSWIndex, model: Model)] = []
        for step in 0..<900 {
            // It grows, shrinks and grows again.
            let grows = step / 300 != 1
            switch model.rows.isEmpty ? 0 : random.below(10) {
            case 0..<(grows ? 6 : 2):
                let row = vectors.next()
                let node = try index.insert(row.span, efConstruction: 40)
                #expect(model.rows.updateValue(row, forKey: node) == nil)
                model.lastUID += 1
                model.uids[node] = model.lastUID
            case 6, 7:
                let node = model.rows.keys.sorted()[random.below(model.rows.count)]
                let row = vectors.next()
                try index.update(node, to: row.span, efConstruction: 40)
                model.rows[node] = row
            default:
                let node = model.rows.keys.sorted()[random.below(model.rows.count)]
                let isRemoved = index.remove(node)
                #expect(isRemoved)
                model.rows[node] = nil
                model.uids[node] = nil
            }
            if step % 40 == 0 {
                try model.check(index, &random)
                if copies.count < 3 { copies.append((index.copy(), model)) }
            }
            if step % 90 == 89 {
                if random.below(2) == 0 { index = index.copy() }
                index = try reloaded(index, &model)
                #expect(index.isGraph == (index.count >= 120))
                // A file cannot say which uids the last nodes had that were removed.
                model.lastUID = index.maxUID
            }
        }
        #expect(index.isGraph)
        for (index, model) in copies { try model.check(index, &random) }
    }

    @Test("answers are exact until it walks, and good from then on", arguments: forms)
    func recall(form: (metric: VectorMetric, quantization: VectorQuantization)) throws {
        var vectors = TestVectors(dimensions: 100, seed: 13)
        let index = try index(form, dimensions: 100, graphThreshold: 200)
        let queries = vectors.next(5)
        var changes: [Int] = []
        for number in 1...400 {
            let wasGraph = index.isGraph
            _ = try index.insert(vectors.next().span, efConstruction: 60)
            if index.isGraph != wasGraph { changes.append(number) }
            guard number % 7 == 0 else { continue }
            for query in queries {
                let exact = try index.nearest(
                    to: query.span, options: SearchOptions(count: 10, isExact: true))
                var options = SearchOptions(count: 10, ef: 60, alwaysWalks: true)
                let found = try index.nearest(to: query.span, options: options)
                if !index.isGraph { #expect(found == exact) }
                let limit = (exact.last?.distance ?? 0) + 1e-6
                #expect(found.count { $0.distance <= limit } >= exact.count * 7 / 10)
                options.alwaysWalks = false
                #expect(try index.nearest(to: query.span, options: options) == exact)
            }
        }
        // Each insert links two of the 199 beside its own.
        #expect(changes == [299])
        #expect(index.faults() == ([], 0))
    }

    @Test("an index without a graph has no links to keep, and one that shrinks keeps them")
    func directions() throws {
        var vectors = TestVectors(dimensions: 8, seed: 14)
        let index = try HNSWIndex.make(.q8, dimensions: 8, graphThreshold: 50)
        var nodes = try vectors.next(49).map { try index.insert($0.span, efConstruction: 20) }
        #expect(!index.storage.hasLinks && index.entryPoint == nil && index.maxLevel == 0)
        // What goes before the threshold is reached is made good by what comes.
        index.remove(nodes.removeLast())
        nodes.append(try index.insert(vectors.next().span, efConstruction: 20))
        #expect(!index.storage.hasLinks)
        nodes.append(try index.insert(vectors.next().span, efConstruction: 20))
        #expect(index.storage.hasLinks && !index.isGraph && index.entryPoint != nil)
        // Those without links go while the others are being linked.
        for node in nodes.prefix(47) { index.remove(node) }
        #expect(index.count == 3 && index.faults() == ([], 0))
        let found = try index.nearest(to: vectors.next().span, options: SearchOptions(count: 10))
        #expect(found.count == 3)
        for node in nodes.suffix(3) { index.remove(node) }
        #expect(index.count == 0 && index.entryPoint == nil)
        let none = try index.nearest(to: vectors.next().span, options: SearchOptions(count: 10))
        #expect(none.isEmpty)
        for row in vectors.next(40) { _ = try index.insert(row.span, efConstruction: 20) }
        #expect(index.isGraph && index.faults() == ([], 0))
    }

    @Test("searches find all that they should while others insert, update and remove")
    func concurrency() throws {
        let index = try HNSWIndex.make(.q8, dimensions: 100, graphThreshold: 150)
        var first = TestVectors(dimensions: 100, seed: 1)
        let kept = try first.next(50).map { row in
            (row, try index.insert(row.span, efConstruction: 40))
        }
        let failures = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            var vectors = TestVectors(dimensions: 100, seed: UInt64(worker + 20))
            for step in 0..<150 {
                do {
                    if worker < 2 {
                        let node = try index.insert(vectors.next().span, efConstruction: 40)
                        try index.update(node, to: vectors.next().span, efConstruction: 40)
                        if step % 5 == 0 { index.remove(node) }
                        if step % 30 == 0, index.copy().drawnLinks() == nil, step < 30 {
                            throw VectorIndexError.full
                        }
                    } else {
                        let (row, node) = kept[step % kept.count]
                        let found = try index.nearest(
                            to: row.span, options: SearchOptions(count: 5, ef: 100))
                        if found.first?.node != node { throw VectorIndexError.full }
                    }
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(index.isGraph && index.faults().faults.isEmpty)
    }

    @Test("links are drawn between all, both ways, in one piece, and lead to what is near")
    func drawn() throws {
        for (count, clusters, m) in [(0, 1, 4), (1, 1, 4), (9, 2, 4), (10, 2, 4), (300, 40, 4)]
            + [(500, 12, 16), (120, 0, 6)]
        {
            let configuration = try VectorIndexConfiguration(
                dimensions: 24, quantization: .q8, m: m, seed: 3)
            let index = HNSWIndex(configuration: configuration)
            var vectors = TestVectors(dimensions: 24, clusters: max(clusters, 1), seed: 15)
            let same = vectors.next()
            for number in 0..<count {
                // Without clusters all are the same but one.
                let row = clusters > 0 || number == 7 ? vectors.next() : same
                _ = try index.insert(row.span, efConstruction: 0)
            }
            if count > 20 { for slot in 0..<UInt32(5) { index.remove(NodeID(slot: slot * 3)) } }
            let drawn = try #require(index.drawnLinks())
            var builder = GraphBuilder(
                configuration: try VectorIndexConfiguration(
                    dimensions: 24, quantization: .q8, m: m, seed: 3, graphThreshold: 0))
            for slot in 0..<UInt32(index.slotBound) {
                guard let node = index.graphNode(NodeID(slot: slot), drawn) else { continue }
                #expect(node.links.count == 1 && node.links[0].count <= 2 * m)
                try builder.append(node)
            }
            let graph = try builder.finish()
            #expect(graph.isGraph && graph.faults() == ([], 0))
            if clusters > 0, count > 20 {
                let recall = try VectorSearchTests.recall(graph, queries: vectors.next(20), ef: 60)
                #expect(recall > 0.9)
            }
        }
    }

    @Test("a hundred vectors take little more than their bytes")
    func memory() throws {
        var vectors = TestVectors(dimensions: 384, seed: 16)
        let index = HNSWIndex(
            configuration: try VectorIndexConfiguration(
                dimensions: 384, quantization: .q8, seed: 1))
        for row in vectors.next(100) { _ = try index.insert(row.span, efConstruction: 200) }
        // The scales are 800 of what is left; blocks of memory come in sizes of 8 KB there.
        #expect(index.memoryBytes <= 100 * 384 + 3_600)
    }
}
