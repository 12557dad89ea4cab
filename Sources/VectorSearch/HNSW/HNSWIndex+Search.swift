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
        guard storage.count > 0, options.count > 0 else { return [] }
        guard let entry, storage.isLinked, !options.isExact else {
            return ExactScan(storage, coding, scratch).nearest(options)
        }
        let width = min(self.width(ef: max(options.ef, options.count)), max(storage.count, 1))
        if let filter = options.filter {
            return search(scratch, options, filter, from: entry, width: width)
        }
        if !options.alwaysWalks, isFlat(width: width) {
            return ExactScan(storage, coding, scratch).nearest(options)
        }
        let query = unsafe walkQuery(scratch)
        let start = unsafe descend(query, from: entry, to: 0, scratch)
        unsafe walk(query, from: start, width: width, level: 0, scratch)
        unsafe measure(query, keeping: options.count, scratch)
        return unsafe storage.neighbors(scratch.results, scratch.resultsCount, options)
    }

    /// Whether a search that asks for so much measures every vector and is exact, as a walk would
    /// take no less time.
    public func isFlat(ef: Int) -> Bool { lock.shared { isFlat(width: width(ef: ef)) } }

    /// In nanoseconds as they were measured on one machine: only their ratios decide. The least is
    /// what a walk takes that keeps a dozen candidates.
    private func isFlat(width: Int) -> Bool {
        guard storage.isLinked else { return true }
        let walk = max(10_000 + 470 * Double(width), 25_000)
        return Double(storage.slotBound) * storage.vectorCost(isScanned: true) < walk
    }

    /// Candidates that a walk by estimates keeps, so that what is measured in the end holds as many
    /// of the nearest as a walk by distances would find with `ef`.
    private func width(ef: Int) -> Int {
        guard storage.signs != nil else { return ef }
        let width = ef.addingReportingOverflow(ef / 2 + 2)
        return width.overflow ? ef : width.partialValue
    }

    /// Makes the scratch's vector ready for walks and for measuring. A walk goes by the
    /// sign records; where there are none, by the rows.
    @unsafe
    func walkQuery(_ scratch: SearchScratch) -> EngramWalkQuery {
        let exact = unsafe coding.query(scratch)
        guard let signs = storage.signs else {
            return unsafe EngramWalkQuery(
                exact: exact, signs: EngramSignQuery(), measure: coding.measure)
        }
        unsafe storage.loadComponents(
            scratch.code, norm: scratch.norm, range: scratch.range, into: scratch)
        signs.rotate(scratch)
        return unsafe EngramWalkQuery(exact: exact, signs: signs.query(scratch), measure: nil)
    }

    /// The nearest node the levels above `level` lead to.
    @unsafe
    func descend(
        _ query: EngramWalkQuery, from entry: UInt32, to level: Int, _ scratch: SearchScratch
    ) -> UInt32 {
        let top = storage.level(entry)
        guard top > level else { return entry }
        var (rows, query) = unsafe (storage.rows, query)
        var walk = unsafe scratch.newWalk(from: entry, level: level, width: 0, in: storage)
        return unsafe coding.kernels.descend(&rows, &query, &walk, top)
    }

    /// Fills the scratch's pool with the `width` nearest nodes that a best-first walk finds, by
    /// estimated distance where there are sign records.
    @unsafe
    func walk(
        _ query: EngramWalkQuery, from start: UInt32, width: Int, level: Int,
        _ scratch: SearchScratch
    ) {
        var (rows, query) = unsafe (storage.rows, query)
        var walk = unsafe scratch.newWalk(from: start, level: level, width: width, in: storage)
        scratch.poolCount = unsafe coding.kernels.walk(&rows, &query, &walk)
    }

    /// Measures what a walk left in the pool on the stored vectors, and leaves the nearest
    /// `wanted` of it in the results.
    @unsafe
    func measure(_ query: EngramWalkQuery, keeping wanted: Int, _ scratch: SearchScratch) {
        let count = scratch.poolCount
        scratch.clearResults(min(wanted, max(count, 1)))
        let kept = min(wanted, count)
        guard unsafe query.measure == nil else {
            unsafe scratch.results.update(from: scratch.pool, count: kept)
            for index in 0..<kept { unsafe scratch.results[index] &= ~CandidateKey.expanded }
            scratch.resultsCount = kept
            return
        }
        scratch.reserve(batch: count)
        let (ids, distances) = unsafe (scratch.ids, scratch.distances)
        for index in 0..<count { unsafe ids[index] = CandidateKey.slot(scratch.pool[index]) }
        var (rows, exact) = unsafe (storage.rows, query.exact)
        unsafe coding.distances(&rows, &exact, ids, count, distances)
        let results = unsafe scratch.results
        var found = 0
        for index in 0..<count {
            let key = unsafe CandidateKey.make(distance: distances[index], slot: ids[index])
            if found == kept, unsafe key >= results[found - 1] { continue }
            _ = unsafe coding.kernels.pool_insert(results, found, kept, key)
            found = min(found + 1, kept)
        }
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
        guard configuration.quantization == .f16 else { return }
        let dimensions = configuration.dimensions
        unsafe scratch.code.withMemoryRebound(to: UInt16.self, capacity: dimensions) { halves in
            unsafe engram_kernels().pointee.decode_f16(
                halves, scratch.range, dimensions, scratch.floats)
        }
    }

    /// What the caller asked for of a sorted list of candidates.
    @unsafe
    func neighbors(
        _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, _ options: SearchOptions
    ) -> [Neighbor] {
        let count = min(count, options.count)
        // The uids lie apart from all that a search has read.
        for index in 0..<count { unsafe prefetchUID(CandidateKey.slot(keys[index])) }
        var neighbors: [Neighbor] = []
        neighbors.reserveCapacity(count)
        for index in 0..<count {
            let key = unsafe keys[index]
            let (slot, distance) = (CandidateKey.slot(key), CandidateKey.distance(key))
            if let limit = options.maxDistance, distance > limit { break }
            neighbors.append(
                Neighbor(node: NodeID(slot: slot), distance: distance, uid: uid(slot)))
        }
        return neighbors
    }
}
