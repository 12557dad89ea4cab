// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Primitives
import Synchronization
import Testing

@testable import VectorSearch

@Suite("HNSWIndex")
struct HNSWIndexTests {
    @Test("keeps its invariants through random histories", arguments: 1...3 as ClosedRange<UInt64>)
    func invariants(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var vectors = TestVectors(dimensions: 8, seed: seed)
        let index = try HNSWIndex.make(.q8, dimensions: 8, m: 4)
        var nodes: [NodeID] = []
        for step in 0..<700 {
            switch nodes.isEmpty ? 0 : random.below(10) {
            case 0..<6:
                nodes.append(try index.insert(vectors.next().span, efConstruction: 30))
            case 6:
                let node = nodes[random.below(nodes.count)]
                try index.update(node, to: vectors.next().span, efConstruction: 30)
            default:
                let place = random.below(nodes.count)
                #expect(index.remove(nodes.remove(at: place)))
            }
            if step % 50 == 0 { #expect(index.faults().faults.isEmpty) }
        }
        let (faults, unreachable) = index.faults()
        #expect(faults.isEmpty)
        #expect(unreachable * 50 <= nodes.count)
        for node in nodes { #expect(index.remove(node)) }
        #expect(index.faults().faults.isEmpty)
        #expect(index.count == 0)
        #expect(!index.remove(NodeID(slot: 0)))
    }

    @Test("inserts alone leave level 0 in one piece")
    func connected() throws {
        var vectors = TestVectors(dimensions: 6, clusters: 40, seed: 5)
        let index = try HNSWIndex.make(.f32, dimensions: 6, m: 4)
        for _ in 0..<600 { _ = try index.insert(vectors.next().span, efConstruction: 20) }
        // Many copies of one vector fill their own rows first.
        let same = vectors.next()
        for _ in 0..<60 { _ = try index.insert(same.span, efConstruction: 20) }
        #expect(index.faults().unreachable == 0)
    }

    @Test("finds what a full scan finds", arguments: VectorQuantization.allCases)
    func recallAgainstScan(quantization: VectorQuantization) throws {
        var vectors = TestVectors(dimensions: 64, seed: 3)
        let index = try HNSWIndex.make(quantization, dimensions: 64)
        for _ in 0..<600 { _ = try index.insert(vectors.next().span, efConstruction: 60) }
        // Sign codes tie often, and either of two equals is right.
        let floor = quantization == .bin ? 0.75 : 0.95
        #expect(try recall(index, queries: vectors.next(20), ef: 60) >= floor)
        var random = RandomSource(seed: 9)
        let sample = try RecallSample.measure(index, queries: 20, using: &random)
        #expect(sample.recall >= 0.95)
    }

    @Test("is exact while it is small", arguments: VectorQuantization.allCases)
    func flat(quantization: VectorQuantization) throws {
        var vectors = TestVectors(dimensions: 100, seed: 4)
        let index = try HNSWIndex.make(quantization, dimensions: 100, m: 4)
        var nodes: [NodeID] = []
        for vector in vectors.next(500) {
            nodes.append(try index.insert(vector.span, efConstruction: 8))
        }
        for node in nodes.prefix(100) { index.remove(node) }
        #expect(index.isFlat(ef: 10))
        for query in vectors.next(20) {
            let found = try index.nearest(
                to: query.span, options: SearchOptions(count: 10, ef: 10))
            let exact = try index.nearest(
                to: query.span, options: SearchOptions(count: 10, isExact: true))
            #expect(found == exact)
        }
    }

    @Test("walks when it is large, and later for those who ask for much")
    func mode() throws {
        let index = try HNSWIndex.make(.bin, dimensions: 8, m: 4)
        for number in 0..<4_000 {
            let vector = (0..<8).map { number >> $0 & 1 == 1 ? Float(1) : -1 }
            _ = try index.insert(vector.span, efConstruction: 4)
        }
        #expect(!index.isFlat(ef: 10))
        #expect(index.isFlat(ef: 1_000))
    }

    @Test(
        "scores as the formula says and gives vectors back",
        arguments: VectorQuantization.allCases)
    func scores(quantization: VectorQuantization) throws {
        let index = try HNSWIndex.make(quantization, dimensions: 3)
        let node = try index.insert([3, 0, 4].span, efConstruction: 10)
        let zero = try index.insert([0, 0, 0].span, efConstruction: 10)
        let options = SearchOptions(count: 2, alwaysWalks: true)
        let found = try index.nearest(to: [3, 0, 4].span, options: options)
        #expect(found.map(\.node) == [node, zero])
        #expect(abs(found[0].distance) < 0.01)
        let vector = try #require(index.vector(of: node))
        if quantization == .bin {
            #expect(vector == [1, -1, 1])
        } else {
            #expect(abs(vector[0] - 3) < 0.03 && abs(vector[2] - 4) < 0.03 && vector[1] == 0)
            #expect(found[1].distance == 1)
        }
        #expect(index.encodedVector(of: node)?.norm == 5)
        #expect(index.encodedVector(of: zero)?.norm == 1)
        #expect(throws: VectorIndexError.dimensionMismatch(got: 2, expected: 3)) {
            try index.nearest(to: [1, 2].span, options: SearchOptions())
        }
        _ = try index.insert([.nan, .infinity, 1].span, efConstruction: 10)
        for walks in [true, false] {
            let options = SearchOptions(alwaysWalks: walks)
            _ = try index.nearest(to: [.nan, 0, 1].span, options: options)
        }
        #expect(index.faults().faults.isEmpty)
    }

    @Test("filters, limits the distance, and answers from given nodes")
    func filters() throws {
        var vectors = TestVectors(dimensions: 16, seed: 8)
        let index = try HNSWIndex.make(.q8, dimensions: 16)
        for _ in 0..<400 { _ = try index.insert(vectors.next().span, efConstruction: 40) }
        let query = vectors.next()
        let few = (0..<UInt32(40)).map { NodeID(slot: $0 * 10) }
        var nodes = NodeBitmap()
        for node in few { nodes.insert(node) }
        let filter = SearchFilter(nodes, visitBudget: 1_000)
        let found = try index.nearest(
            to: query.span, options: SearchOptions(count: 5, filter: filter))
        let exact = try index.nearest(
            to: query.span, options: SearchOptions(count: 5, filter: filter, isExact: true))
        #expect(found == exact)
        #expect(try index.nearest(to: query.span, among: few, count: 5) == exact)
        let limit = exact[2].distance
        let close = try index.nearest(
            to: query.span, options: SearchOptions(count: 5, maxDistance: limit, filter: filter))
        #expect(close.count >= 3 && close.allSatisfy { $0.distance <= limit })
        let none = SearchFilter(NodeBitmap(), visitBudget: 3)
        #expect(
            try index.nearest(to: query.span, options: SearchOptions(filter: none)).isEmpty)
    }

    @Test("keeps its recall when everything is replaced many times")
    func churn() throws {
        var random = RandomSource(seed: 4)
        var vectors = TestVectors(dimensions: 24, seed: 4)
        let index = try HNSWIndex.make(.q8, dimensions: 24)
        var nodes = try (0..<300).map { _ in
            try index.insert(vectors.next().span, efConstruction: 40)
        }
        let slots = index.slotBound
        for _ in 0..<1_500 {
            let place = random.below(nodes.count)
            index.remove(nodes[place])
            nodes[place] = try index.insert(vectors.next().span, efConstruction: 40)
        }
        #expect(index.slotBound == slots)
        #expect(index.faults().faults.isEmpty)
        #expect(try recall(index, queries: vectors.next(20), ef: 40) >= 0.95)
    }

    @Test("a copy does not see later changes")
    func copies() throws {
        var vectors = TestVectors(dimensions: 8, seed: 6)
        let index = try HNSWIndex.make(.q8, dimensions: 8, m: 4)
        let nodes = try (0..<200).map { _ in
            try index.insert(vectors.next().span, efConstruction: 20)
        }
        let copy = index.copy()
        let before = nodes.map { copy.graphNode($0) }
        for node in nodes.prefix(100) { index.remove(node) }
        for _ in 0..<50 { _ = try index.insert(vectors.next().span, efConstruction: 20) }
        try index.update(nodes[150], to: vectors.next().span, efConstruction: 20)
        #expect(nodes.map { copy.graphNode($0) } == before)
        #expect(copy.faults().faults.isEmpty && index.faults().faults.isEmpty)
        #expect(copy.count == 200 && index.count == 150)
        _ = try copy.insert(vectors.next().span, efConstruction: 20)
        #expect(copy.faults().faults.isEmpty && index.faults().faults.isEmpty)
    }

    @Test("searches while others insert and remove")
    func concurrency() throws {
        let index = try HNSWIndex.make(.q8, dimensions: 12, m: 4)
        var first = TestVectors(dimensions: 12, seed: 1)
        for vector in first.next(100) { _ = try index.insert(vector.span, efConstruction: 20) }
        let failures = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            var vectors = TestVectors(dimensions: 12, seed: UInt64(worker + 20))
            for step in 0..<120 {
                do {
                    if worker < 2 {
                        let node = try index.insert(vectors.next().span, efConstruction: 20)
                        if step % 3 == 0 { index.remove(node) }
                        if step % 40 == 0, index.copy().count == 0 { throw VectorIndexError.full }
                    } else {
                        let found = try index.nearest(
                            to: vectors.next().span,
                            options: SearchOptions(count: 5, alwaysWalks: step % 2 == 0))
                        if found.count != 5 { throw VectorIndexError.full }
                    }
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(index.count == 260)
        #expect(index.faults().faults.isEmpty)
    }
}
