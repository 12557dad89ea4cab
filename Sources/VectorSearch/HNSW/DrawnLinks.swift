// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives

/// The links that an index without a graph has in a file: mutual ones, all on level 0, that lead
/// from every node to every other.
///
/// Few nodes are all linked with each other. Of more each is linked with those of its nearest that
/// no other one is nearer to, as an insert does, shortest links first; then those that found less
/// than half of M with their next ones; and what is in pieces by its shortest gaps.
public struct DrawnLinks: Sendable {
    /// By slot; empty for one that holds no node.
    private var rows: [[UInt32]]

    /// The nodes that a node is linked with.
    func links(of slot: UInt32) -> [UInt32] {
        Int(slot) < rows.count ? rows[Int(slot)] : []
    }
}

extension HNSWIndex {
    /// The links of an index that is no graph yet; nil if it is one. O(n²) distances.
    public func drawnLinks() -> DrawnLinks? {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        scratch.reserve(dimensions: configuration.dimensions)
        return lock.shared {
            storage.isLinked ? nil : DrawnLinks(storage, coding, scratch)
        }
    }
}

extension NodeStorage {
    /// The nodes that a node is linked with, on level 0 as they were drawn if they were.
    func links(_ slot: UInt32, level: Int, _ drawn: DrawnLinks?) -> [UInt32] {
        if isLinked { return linkRow(slot, level: level).ids }
        return level == 0 ? drawn?.links(of: slot) ?? [] : []
    }
}

extension DrawnLinks {
    init(_ storage: NodeStorage, _ coding: VectorCoding, _ scratch: SearchScratch) {
        rows = [[UInt32]](repeating: [], count: storage.slotBound)
        let slots = (0..<UInt32(storage.slotBound)).filter { storage.isLive($0) }
        let m = storage.configuration.m
        if slots.count <= 2 * m + 1 {
            for slot in slots { rows[Int(slot)] = slots.filter { $0 != slot } }
            return
        }
        var drawing = LinkDrawing(DistanceTable(slots, storage, coding, scratch), m: m)
        drawing.draw(scratch, coding)
        for (place, links) in drawing.links.enumerated() {
            rows[Int(slots[place])] = links.map { slots[$0] }
        }
    }
}

/// How far each of some nodes is from each other one.
private struct DistanceTable {
    let count: Int
    private var distances: [Float]

    init(
        _ slots: [UInt32], _ storage: NodeStorage, _ coding: VectorCoding, _ scratch: SearchScratch
    ) {
        let count = slots.count
        self.count = count
        var rows = unsafe storage.rows
        distances = unsafe [Float](unsafeUninitializedCapacity: count * count) { buffer, filled in
            filled = count * count
            guard let base = buffer.baseAddress else { return }
            unsafe slots.withUnsafeBufferPointer { slots in
                guard let first = slots.baseAddress else { return }
                for place in 0..<count {
                    var query = unsafe storage.query(slots[place], coding, scratch)
                    let row = unsafe base + place * count
                    unsafe coding.distances(&rows, &query, first, place, row)
                    unsafe row[place] = .infinity
                    for other in 0..<place {
                        unsafe base[other * count + place] = row[other]
                    }
                }
            }
        }
    }

    subscript(a: Int, b: Int) -> Float { distances[a * count + b] }
}

/// Nodes by their places in a table, and the links that were drawn between them so far.
private struct LinkDrawing {
    private struct Link {
        let a: Int
        let b: Int
        let distance: Float
    }

    private let table: DistanceTable
    private let m: Int
    private(set) var links: [[Int]]

    /// What a node holds at most, but for two places that keep everything in one piece: each of the
    /// pieces then has one left, however they are joined.
    private var mostLinks: Int { 2 * m - 2 }

    init(_ table: DistanceTable, m: Int) {
        self.table = table
        self.m = m
        links = [[Int]](repeating: [], count: table.count)
    }

    mutating func draw(_ scratch: SearchScratch, _ coding: VectorCoding) {
        var chosen: [Link] = []
        var others: [[Int]] = []
        for place in 0..<table.count {
            let nearest = nearest(to: place, min(4 * m, table.count - 1), scratch, coding)
            let diverse = diverse(of: nearest, for: place)
            for other in diverse {
                chosen.append(Link(a: place, b: other, distance: table[place, other]))
            }
            others.append(nearest)
        }
        chosen.sort { $0.distance < $1.distance }
        for link in chosen { join(link.a, link.b) }
        for place in 0..<table.count {
            for other in others[place] where links[place].count < m / 2 { join(place, other) }
        }
        joinPieces()
    }

    /// The nearest others, nearest first; of equally near ones those that follow, so that not all
    /// choose the same.
    private func nearest(
        to place: Int, _ wanted: Int, _ scratch: SearchScratch, _ coding: VectorCoding
    ) -> [Int] {
        scratch.clearResults(wanted)
        let results = unsafe scratch.results
        let insert: VectorCoding.PoolInsert = unsafe coding.kernels.pool_insert
        var (found, limit) = (0, Float.infinity)
        for step in 1..<table.count {
            let other = place + step < table.count ? place + step : place + step - table.count
            let distance = table[place, other]
            if found == wanted, distance >= limit { continue }
            let key = CandidateKey.make(distance: distance, slot: UInt32(step))
            _ = unsafe insert(results, found, wanted, key)
            found = min(found + 1, wanted)
            if found == wanted { limit = unsafe CandidateKey.distance(results[wanted - 1]) }
        }
        return (0..<found).map { index in
            let step = unsafe Int(CandidateKey.slot(results[index]))
            return (place + step) % table.count
        }
    }

    /// Those that no one before is nearer to than the node is.
    private func diverse(of nearest: [Int], for place: Int) -> [Int] {
        var diverse: [Int] = []
        for other in nearest where diverse.count < m {
            let distance = table[place, other]
            if !diverse.contains(where: { table[other, $0] < distance }) { diverse.append(other) }
        }
        return diverse
    }

    private mutating func join(_ a: Int, _ b: Int) {
        guard links[a].count < mostLinks, links[b].count < mostLinks, !links[a].contains(b) else {
            return
        }
        links[a].append(b)
        links[b].append(a)
    }

    /// Links each piece with the node nearest to it that is in another one.
    private mutating func joinPieces() {
        var pieces = self.pieces()
        while pieces.count > 1 {
            var own = [Bool](repeating: false, count: table.count)
            let piece = pieces.min { $0.count < $1.count } ?? []
            for place in piece { own[place] = true }
            var gap: Link?
            for a in piece where links[a].count < 2 * m {
                for b in 0..<table.count where !own[b] && links[b].count < 2 * m {
                    if let gap, gap.distance <= table[a, b] { continue }
                    gap = Link(a: a, b: b, distance: table[a, b])
                }
            }
            guard let gap else { return }
            links[gap.a].append(gap.b)
            links[gap.b].append(gap.a)
            let other = pieces.firstIndex { $0.contains(gap.b) } ?? 0
            let joined = piece + pieces[other]
            pieces.removeAll { $0.contains(gap.a) || $0.contains(gap.b) }
            pieces.append(joined)
        }
    }

    private func pieces() -> [[Int]] {
        var isSeen = [Bool](repeating: false, count: table.count)
        var pieces: [[Int]] = []
        for start in 0..<table.count where !isSeen[start] {
            isSeen[start] = true
            var piece = [start]
            var next = 0
            while next < piece.count {
                for other in links[piece[next]] where !isSeen[other] {
                    isSeen[other] = true
                    piece.append(other)
                }
                next += 1
            }
            pieces.append(piece)
        }
        return pieces
    }
}
