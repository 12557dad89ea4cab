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

    /// Makes what the scratch's `code` holds ready for walks and for measuring.
    @unsafe
    func walkQuery(_ scratch: SearchScratch) -> WalkQuery {
        let exact = unsafe coding.query(
            code: scratch.code, norm: scratch.norm, range: scratch.range, buffer: scratch.prepared)
        guard let signs = storage.signs else { return unsafe WalkQuery(exact: exact, signs: nil) }
        unsafe storage.loadComponents(
            scratch.code, norm: scratch.norm, range: scratch.range, into: scratch)
        signs.rotate(scratch)
        return unsafe WalkQuery(exact: exact, signs: signs.query(scratch))
    }

    /// The nearest node the levels above `level` lead to.
    @unsafe
    func descend(
        _ query: WalkQuery, from entry: UInt32, to level: Int, _ scratch: SearchScratch
    ) -> UInt32 {
        var nearest = entry
        var upper = storage.level(entry)
        while upper > level {
            unsafe walk(query, from: nearest, width: 1, level: upper, scratch)
            nearest = unsafe CandidateKey.slot(scratch.pool[0])
            upper -= 1
        }
        return nearest
    }

    /// Measures what a walk left in the pool on the stored vectors, and leaves the nearest
    /// `wanted` of it in the results.
    @unsafe
    func measure(_ query: WalkQuery, keeping wanted: Int, _ scratch: SearchScratch) {
        let count = scratch.poolCount
        scratch.clearResults(min(wanted, max(count, 1)))
        let kept = min(wanted, count)
        guard unsafe query.signs != nil else {
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

    /// Fills the scratch's pool with the `width` nearest nodes that a best-first walk finds, by
    /// estimated distance where there are sign records.
    ///
    /// The next node is chosen before the links of the last one are scored, so that their records
    /// are on the way while others are worked on.
    @unsafe
    func walk(
        _ query: WalkQuery, from start: UInt32, width: Int, level: Int, _ scratch: SearchScratch
    ) {
        scratch.clearPool(width)
        scratch.reserve(batch: 2 * max(storage.baseCapacity, storage.upperCapacity, 1))
        scratch.beginSearch(slots: storage.slotBound)
        var walker = unsafe Walker(query, storage.rows, coding, scratch)
        unsafe walker.begin(at: start)
        let pool = unsafe scratch.pool
        let insert: VectorCoding.PoolInsert = unsafe coding.kernels.pool_insert
        var (count, cursor) = (0, 0)
        repeat {
            unsafe walker.turn()
            if cursor < count {
                let slot = unsafe CandidateKey.slot(pool[cursor])
                unsafe pool[cursor] |= CandidateKey.expanded
                unsafe walker.gather(storage.linkRow(slot, level: level))
                unsafe walker.prefetchCode(of: slot)
                cursor += 1
            }
            unsafe walker.score()
            for index in unsafe 0..<walker.fresh {
                let id = unsafe walker.ids[index]
                let key = unsafe CandidateKey.make(distance: walker.distances[index], slot: id)
                if count == width, unsafe key >= pool[count - 1] { continue }
                let place = unsafe insert(pool, count, width, key)
                if count < width { count += 1 }
                if place <= cursor, level == 0 { unsafe walker.prefetchLinks(of: id) }
                if place < cursor { cursor = place }
            }
            while cursor < count, unsafe pool[cursor] & CandidateKey.expanded != 0 { cursor += 1 }
            if cursor + 1 < count, level == 0 {
                unsafe walker.prefetchLinks(of: CandidateKey.slot(pool[cursor + 1]))
            }
        } while unsafe cursor < count || walker.waiting > 0
        scratch.poolCount = count
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
