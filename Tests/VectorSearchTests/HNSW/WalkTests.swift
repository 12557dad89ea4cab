// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives
import Testing

@testable import VectorSearch

@Suite("Walks")
struct WalkTests {
    /// The pool of a walk from the top, by one instruction set.
    private func pool(
        of index: HNSWIndex, _ kernels: EngramKernels, _ query: [Float], width: Int
    ) throws -> [UInt64] {
        let scratch = SearchScratch()
        try index.coding.encode(query.span, into: scratch)
        var walkQuery = unsafe index.walkQuery(scratch)
        let entry = try #require(index.entry)
        var rows = unsafe index.storage.rows
        var down = unsafe scratch.newWalk(from: entry, level: 0, width: 0, in: index.storage)
        let start = unsafe kernels.descend(
            &rows, &walkQuery, &down, index.storage.level(entry))
        var walk = unsafe scratch.newWalk(from: start, level: 0, width: width, in: index.storage)
        let count = unsafe kernels.walk(&rows, &walkQuery, &walk)
        #expect(count <= width)
        return (0..<count).map { unsafe scratch.pool[$0] }
    }

    @Test(
        "every instruction set walks the same way", arguments: KernelTests.sets,
        [VectorQuantization.q8, .f32, .bin])
    func paths(set: UInt32, quantization: VectorQuantization) throws {
        let kernels = unsafe engram_kernels_for(EngramInstructionSet(rawValue: set))?.pointee
        guard let kernels = unsafe kernels else { return }
        let other = unsafe engram_kernels_for(ENGRAM_KERNELS_PORTABLE)?.pointee
        guard let portable = unsafe other else { return }
        // The scores of floats differ in the last bit, so of these the slots are compared.
        for dimensions in [8, 100, 128, 384] {
            let index = try HNSWIndex.make(quantization, dimensions: dimensions)
            var vectors = TestVectors(dimensions: dimensions, seed: 31)
            for _ in 0..<500 {
                _ = try index.insert(vectors.next().span, efConstruction: 60)
            }
            for query in vectors.next(8) {
                for width in [1, 10, 60] {
                    let own = unsafe try pool(of: index, kernels, query, width: width)
                    let other = unsafe try pool(of: index, portable, query, width: width)
                    #expect(own.map(CandidateKey.slot) == other.map(CandidateKey.slot))
                }
                let all = unsafe try pool(of: index, kernels, query, width: 600)
                #expect(all == all.sorted())
                #expect(Set(all.map(CandidateKey.slot)) == Set(0..<500))
                #expect(all.allSatisfy { $0 & CandidateKey.expanded != 0 })
            }
        }
    }

    @Test("what is near enough is kept in order", arguments: KernelTests.sets)
    func nearer(set: UInt32) {
        let kernels = unsafe engram_kernels_for(EngramInstructionSet(rawValue: set))?.pointee
        guard let kernels = unsafe kernels else { return }
        var random = RandomSource(seed: 32)
        for count in Array(0...40) + [100] {
            let ids = (0..<count).map { _ in UInt32(random.below(1 << 31 - 1)) }
            let distances = (0..<count).map { _ in
                switch random.below(12) {
                case 0: Float.nan
                case 1: Float.infinity
                default: Float.random(in: -1...1, using: &random)
                }
            }
            for limit in [-2, 0, 0.5, Float.infinity] {
                var keys = [UInt64](repeating: 7, count: count + 1)
                let kept = unsafe kernels.nearer(ids, distances, count, limit, &keys)
                let expected = zip(ids, distances).filter { !($0.1 > limit) }
                #expect(
                    keys.prefix(kept)
                        == expected.map { CandidateKey.make(distance: $0.1, slot: $0.0) }[...])
                #expect(keys[count] == 7)
            }
        }
    }

    @Test("keys sort as distances do, and lead back to them")
    func keys() {
        let distances: [Float] = [-.infinity, -3, -0.25, -0.0, 0, 1e-30, 0.5, 2, .infinity]
        let keys = distances.map { CandidateKey.make(distance: $0, slot: 1 << 30) }
        #expect(keys == keys.sorted())
        #expect(keys.map(CandidateKey.distance) == distances)
        #expect(keys.allSatisfy { CandidateKey.slot($0) == 1 << 30 })
    }

    @Test("vectors are normalised in Redis's order")
    func normalize() {
        for count in Array(1...70) + [384, 1_000] {
            var vectors = TestVectors(dimensions: count, seed: 33)
            let vector = vectors.next()
            var squares: Float = 0
            var index = 0
            while index + 3 < count {
                let part = vector[index..<index + 4].map { $0 * $0 }
                squares += part[0] + part[1] + part[2] + part[3]
                index += 4
            }
            for value in vector[index...] { squares += value * value }
            var target = [Float](repeating: 0, count: count)
            let norm = unsafe engram_normalize(vector, count, &target)
            #expect(norm == squares.squareRoot())
            #expect(target == vector.map { $0 / norm })
        }
        var zeros: [Float] = [5, 5]
        #expect(unsafe engram_normalize([0, 0], 2, &zeros) == 1)
        #expect(zeros == [0, 0])
    }
}
