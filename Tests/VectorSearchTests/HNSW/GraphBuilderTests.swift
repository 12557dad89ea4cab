// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import VectorSearch

@Suite("GraphBuilder")
struct GraphBuilderTests {
    private let configuration: VectorIndexConfiguration

    init() throws {
        configuration = try VectorIndexConfiguration(
            dimensions: 2, quantization: .q8, m: 4, seed: 1, graphThreshold: 0)
    }

    private func node(_ uid: UInt64, _ links: [[UInt64]], bytes: Int = 2) -> GraphNode {
        let code = [UInt8](repeating: 1, count: bytes)
        return GraphNode(
            uid: uid, encoded: EncodedVector(code: code, norm: 1, range: 1), links: links)
    }

    private func error(_ nodes: [GraphNode]) -> GraphError? {
        var builder = GraphBuilder(configuration: configuration)
        do throws(GraphError) {
            for node in nodes { try builder.append(node) }
            _ = try builder.finish()
            return nil
        } catch {
            return error
        }
    }

    @Test("puts together what an index took apart")
    func roundTrip() throws {
        var vectors = TestVectors(dimensions: 10, seed: 2)
        let index = try HNSWIndex.make(.q8, dimensions: 10, m: 4)
        for _ in 0..<300 { _ = try index.insert(vectors.next().span, efConstruction: 20) }
        for slot in 0..<UInt32(30) { index.remove(NodeID(slot: slot * 3)) }
        var builder = GraphBuilder(configuration: index.configuration)
        var stored: [GraphNode] = []
        for slot in 0..<UInt32(index.slotBound) {
            guard let node = index.graphNode(NodeID(slot: slot)) else { continue }
            stored.append(node)
            try builder.append(node)
        }
        let loaded = try builder.finish()
        #expect(loaded.faults().faults.isEmpty)
        #expect(loaded.count == 270 && loaded.maxUID == index.maxUID)
        #expect(loaded.maxLevel == index.maxLevel)
        for (slot, node) in stored.enumerated() {
            let again = try #require(loaded.graphNode(NodeID(slot: UInt32(slot))))
            #expect(again.encoded == node.encoded && again.uid == node.uid)
            #expect(again.links.map(Set.init) == node.links.map(Set.init))
        }
        _ = try loaded.insert(vectors.next().span, efConstruction: 20)
        #expect(loaded.faults().faults.isEmpty)
    }

    @Test("refuses what is broken, and says why")
    func refusals() {
        #expect(error([]) == nil)
        #expect(error([node(1, [[2]]), node(2, [[1]])]) == nil)
        #expect(error([node(1, [[]]), node(1, [[]])]) == .duplicateUID(1))
        #expect(error([node(1, [])]) == .levelOutOfRange(uid: 1, level: -1))
        let high = [[UInt64]](repeating: [], count: 18)
        #expect(error([node(1, high)]) == .levelOutOfRange(uid: 1, level: 17))
        #expect(error([node(1, [[]], bytes: 3)]) == .codeSize(uid: 1, got: 3, expected: 2))
        #expect(
            error([node(1, [Array(2...14)])]) == .tooManyLinks(uid: 1, level: 0, count: 13))
        #expect(error([node(1, [[1]])]) == .linkToItself(uid: 1, level: 0))
        #expect(error([node(1, [[9]])]) == .unknownNode(uid: 1, level: 0, to: 9))
        #expect(
            error([node(1, [[2, 2]]), node(2, [[1]])]) == .duplicateLink(uid: 1, level: 0, to: 2))
        #expect(
            error([node(1, [[2], [2]]), node(2, [[1]])])
                == .linkAboveLevel(uid: 1, level: 1, to: 2))
        #expect(error([node(1, [[2]]), node(2, [[]])]) == .oneWayLink(uid: 1, level: 0, to: 2))
        #expect(error([node(.max, [[]]), node(0, [[]])]) == nil)
    }

    @Test("builds with several threads and can be stopped")
    func builder() throws {
        var vectors = TestVectors(dimensions: 10, seed: 2)
        let rows = vectors.next(150)
        let configuration = try VectorIndexConfiguration(
            dimensions: 10, quantization: .q8, m: 4, seed: 1, graphThreshold: 0)
        let builder = IndexBuilder(configuration: configuration, efConstruction: 20, threads: 2)
        let built = try #require(try builder.build(count: 150, vector: { rows[$0] }))
        #expect(built.index.count == 150 && Set(built.nodes).count == 150)
        #expect(built.index.faults().faults.isEmpty)
        #expect(try builder.build(count: 150, vector: { rows[$0] }, progress: { $0 < 20 }) == nil)
        #expect(throws: VectorIndexError.dimensionMismatch(got: 1, expected: 10)) {
            _ = try builder.build(count: 5, vector: { _ in [1] })
        }
    }

    @Test("projects with Redis's matrix")
    func projection() throws {
        let projection = try RandomProjection(inputDimensions: 4, outputDimensions: 3)
        let half: Float = 0.5
        #expect(projection.matrix[4..<8] == [half, -half, half, -half])
        let one = try projection.project([1, 2, 3, 4])
        #expect(one == [5, -1, -2])
        #expect(try projection.project([1, 2, 3, 4, 0, 0, 0, 2], count: 2) == one + [1, -1, -1])
        #expect(throws: VectorIndexError.self) { try projection.project([1, 2]) }
    }
}
