// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives

extension HNSWIndex {
    public func nearest(to query: Span<Float>, options: SearchOptions) throws(VectorIndexError)
        -> [Neighbor]
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(query, into: scratch)
        return lock.shared { search(scratch, options) }
    }

    public func nearest(toNode node: NodeID, options: SearchOptions) throws(VectorIndexError)
        -> [Neighbor]
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        scratch.reserve(dimensions: configuration.dimensions)
        return try lock.shared { () throws(VectorIndexError) -> [Neighbor] in
            guard storage.isLive(node.slot) else { throw .noSuchNode(node) }
            storage.loadCode(node.slot, into: scratch)
            return search(scratch, options)
        }
    }

    public func nearest(to query: Span<Float>, among nodes: [NodeID], count: Int)
        throws(VectorIndexError) -> [Neighbor]
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(query, into: scratch)
        return lock.shared { ExactScan(storage, coding, scratch).nearest(among: nodes, count) }
    }

    /// The lock is held and the query is in the scratch.
    private func search(_ scratch: SearchScratch, _ options: SearchOptions) -> [Neighbor] {
        guard let entry, options.count > 0 else { return [] }
        if options.isExact {
            return ExactScan(storage, coding, scratch).nearest(options)
        }
        var query = unsafe coding.query(
            code: scratch.code, range: scratch.range, buffer: scratch.prepared)
        let start = unsafe descend(&query, from: entry, to: 0, scratch)
        let ef = min(max(options.ef, options.count), max(storage.count, 1))
        if let filter = options.filter {
            unsafe walk(&query, from: start, ef: ef, filter: filter, scratch)
            return unsafe storage.neighbors(scratch.results, scratch.resultsCount, options)
        }
        unsafe walk(&query, from: start, ef: ef, level: 0, scratch)
        return unsafe storage.neighbors(scratch.pool, scratch.poolCount, options)
    }

    /// The nearest node the levels above `level` lead to.
    @unsafe
    func descend(
        _ query: inout EngramQuery, from entry: UInt32, to level: Int, _ scratch: SearchScratch
    ) -> UInt32 {
        var nearest = entry
        var upper = storage.level(entry)
        while upper > level {
            unsafe walk(&query, from: nearest, ef: 1, level: upper, scratch)
            nearest = unsafe CandidateKey.slot(scratch.pool[0])
            upper -= 1
        }
        return nearest
    }

    /// Fills the scratch's pool with the `ef` nearest nodes that a best-first walk finds.
    @unsafe
    func walk(
        _ query: inout EngramQuery, from start: UInt32, ef: Int, level: Int,
        _ scratch: SearchScratch
    ) {
        scratch.reserve(pool: ef)
        scratch.reserve(batch: max(storage.baseCapacity, storage.upperCapacity, 1))
        scratch.beginSearch(slots: storage.slotBound)
        var rows = unsafe storage.rows
        let pool = unsafe scratch.pool
        let ids = unsafe scratch.ids
        let distances = unsafe scratch.distances
        unsafe ids[0] = start
        _ = scratch.see(start)
        unsafe coding.distances(&rows, &query, ids, 1, distances)
        unsafe pool[0] = CandidateKey.make(distance: distances[0], slot: start)
        var count = 1
        var cursor = 0
        while cursor < count {
            let current = unsafe pool[cursor]
            unsafe pool[cursor] = current | CandidateKey.expanded
            let row = storage.linkRow(CandidateKey.slot(current), level: level)
            var fresh = 0
            for index in 0..<row.capacity {
                let id = unsafe row.slots[index]
                if id == LinkRow.none { break }
                if scratch.see(id) {
                    unsafe ids[fresh] = id
                    fresh += 1
                }
            }
            cursor += 1
            // The next node is known unless this one leads to a nearer one: have its links ready.
            if level == 0, cursor < count {
                let next = unsafe CandidateKey.slot(pool[cursor])
                unsafe engram_prefetch(storage.linkRow(next, level: 0).slots)
            }
            if fresh == 0 {
                while cursor < count, unsafe pool[cursor] & CandidateKey.expanded != 0 {
                    cursor += 1
                }
                continue
            }
            unsafe coding.distances(&rows, &query, ids, fresh, distances)
            for index in 0..<fresh {
                let key = unsafe CandidateKey.make(distance: distances[index], slot: ids[index])
                if count == ef, unsafe key >= pool[count - 1] { continue }
                let place = unsafe coding.kernels.pool_insert(pool, count, ef, key)
                if count < ef { count += 1 }
                if place < cursor { cursor = place }
            }
            while cursor < count, unsafe pool[cursor] & CandidateKey.expanded != 0 { cursor += 1 }
        }
        scratch.poolCount = count
    }

    /// As the plain walk, but only nodes that pass become results, and what does not pass is
    /// walked through, until the budget is spent.
    @unsafe
    private func walk(
        _ query: inout EngramQuery, from start: UInt32, ef: Int, filter: SearchFilter,
        _ scratch: SearchScratch
    ) {
        // The frontier must outlast many nodes that don't pass.
        let frontier = min(max(ef, 1_024), max(storage.count, 1))
        scratch.reserve(pool: frontier)
        scratch.reserve(results: ef)
        scratch.reserve(batch: max(storage.baseCapacity, 1))
        scratch.beginSearch(slots: storage.slotBound)
        var rows = unsafe storage.rows
        let (pool, results) = unsafe (scratch.pool, scratch.results)
        let (ids, distances) = unsafe (scratch.ids, scratch.distances)
        var (count, cursor, found, visits) = (0, 0, 0, 0)
        unsafe ids[0] = start
        _ = scratch.see(start)
        var fresh = 1
        repeat {
            unsafe coding.distances(&rows, &query, ids, fresh, distances)
            for index in 0..<fresh {
                let id = unsafe ids[index]
                let key = unsafe CandidateKey.make(distance: distances[index], slot: id)
                if found == ef, unsafe key >= results[found - 1] { continue }
                let place = unsafe coding.kernels.pool_insert(pool, count, frontier, key)
                if place < frontier, count < frontier { count += 1 }
                cursor = min(cursor, place)
                guard filter.accepts(NodeID(slot: id)) else { continue }
                _ = unsafe coding.kernels.pool_insert(results, found, ef, key)
                found = min(found + 1, ef)
            }
            fresh = 0
            while fresh == 0 {
                while cursor < count, unsafe pool[cursor] & CandidateKey.expanded != 0 {
                    cursor += 1
                }
                guard cursor < count else { break }
                if filter.visitBudget > 0, visits >= filter.visitBudget { break }
                let current = unsafe pool[cursor]
                if found == ef, unsafe current > results[found - 1] { break }
                visits += 1
                unsafe pool[cursor] = current | CandidateKey.expanded
                let row = storage.linkRow(CandidateKey.slot(current), level: 0)
                for index in 0..<row.capacity {
                    let id = unsafe row.slots[index]
                    if id == LinkRow.none { break }
                    guard scratch.see(id) else { continue }
                    unsafe ids[fresh] = id
                    fresh += 1
                }
            }
        } while fresh > 0
        scratch.resultsCount = found
    }
}

extension NodeStorage {
    /// Puts a stored node into the scratch as if it had been encoded there.
    func loadCode(_ slot: UInt32, into scratch: SearchScratch) {
        let bytes = configuration.quantization.codeBytes(dimensions: configuration.dimensions)
        unsafe scratch.code.update(from: code(slot), count: bytes)
        scratch.norm = norm(slot)
        scratch.range = range(slot)
    }

    /// What the caller asked for of a sorted list of candidates.
    @unsafe
    func neighbors(
        _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, _ options: SearchOptions
    ) -> [Neighbor] {
        var neighbors: [Neighbor] = []
        neighbors.reserveCapacity(min(count, options.count))
        for index in 0..<min(count, options.count) {
            let key = unsafe keys[index]
            let (slot, distance) = (CandidateKey.slot(key), CandidateKey.distance(key))
            if let limit = options.maxDistance, distance > limit { break }
            neighbors.append(
                Neighbor(node: NodeID(slot: slot), distance: distance, uid: uid(slot)))
        }
        return neighbors
    }
}
