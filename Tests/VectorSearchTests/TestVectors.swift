// SPDX-License-Identifier: Apache-2.0

import Primitives

@testable import VectorSearch

/// Vectors in clusters, as embeddings are.
struct TestVectors {
    let dimensions: Int
    private let centres: [[Float]]
    private var random: RandomSource

    init(dimensions: Int, clusters: Int = 12, seed: UInt64) {
        self.dimensions = dimensions
        var random = RandomSource(seed: seed)
        centres = (0..<clusters).map { _ in
            (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
        }
        self.random = random
    }

    mutating func next() -> [Float] {
        let centre = centres[random.below(centres.count)]
        return centre.map { $0 + Float.random(in: -0.6...0.6, using: &random) }
    }

    mutating func next(_ count: Int) -> [[Float]] {
        (0..<count).map { _ in next() }
    }
}

extension HNSWIndex {
    /// An index that links its vectors from the first on, unless another number is given.
    static func make(
        _ quantization: VectorQuantization, dimensions: Int, m: Int = 8, graphThreshold: Int = 0
    ) throws -> HNSWIndex {
        HNSWIndex(
            configuration: try VectorIndexConfiguration(
                dimensions: dimensions, quantization: quantization, m: m, seed: 7,
                graphThreshold: graphThreshold))
    }

    /// What is wrong with the graph; empty if nothing is. `unreachable` counts the nodes that
    /// level 0 does not lead to from the entry point.
    func faults() -> (faults: [String], unreachable: Int) {
        var faults: [String] = []
        let slots = 0..<UInt32(storage.slotBound)
        let unlinked = slots.count { storage.isUnlinked($0) }
        let live = slots.filter { storage.isLinked($0) }
        if live.count + unlinked != storage.count { faults.append("count") }
        if unlinked != storage.unlinkedCount { faults.append("count of those without links") }
        for slot in live {
            for level in 0...storage.level(slot) {
                let row = storage.linkRow(slot, level: level)
                let ids = row.ids
                if Set(ids).count != ids.count { faults.append("duplicate link of \(slot)") }
                for id in ids {
                    if id == slot { faults.append("\(slot) links to itself") }
                    guard storage.isLinked(id), storage.level(id) >= level else {
                        faults.append("\(slot) links to \(id), which is not on level \(level)")
                        continue
                    }
                    if !storage.linkRow(id, level: level).contains(slot) {
                        faults.append("one way from \(slot) to \(id)")
                    }
                }
            }
        }
        guard let entry else { return (live.isEmpty ? faults : faults + ["no entry"], 0) }
        if !storage.isLive(entry) || storage.level(entry) != storage.maxLevel {
            faults.append("entry point")
            return (faults, live.count)
        }
        var seen: Set<UInt32> = [entry]
        var frontier = [entry]
        while let slot = frontier.popLast() {
            for id in storage.linkRow(slot, level: 0).ids where seen.insert(id).inserted {
                frontier.append(id)
            }
        }
        return (faults, live.count - seen.count)
    }
}

/// The share of the exact answers that searches find.
func recall(_ index: some VectorIndex, queries: [[Float]], ef: Int) throws -> Double {
    var hits = 0
    for query in queries {
        let exact = try index.nearest(
            to: query.span, options: SearchOptions(count: 10, isExact: true))
        let found = try index.nearest(
            to: query.span, options: SearchOptions(count: 10, ef: ef, alwaysWalks: true))
        hits += Set(exact.map(\.node)).intersection(found.map(\.node)).count
    }
    return Double(hits) / Double(queries.count * 10)
}
