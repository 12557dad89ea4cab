// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// Searches among the nodes of a bitmap. However few they are and wherever they lie, the answer has
/// as many as were asked for, or all.
///
/// - A few are measured one by one.
/// - Of more, the sign records are read in a row, and the nearest by estimate are measured. That is
///   so cheap, no miss of a cache a record, that a walk has to be much shorter to be faster.
/// - When a good part of a large index passes, a walk goes through all nodes and keeps those that
///   pass. It gives up when it has cost as much as the scan of the records, and when it has run dry
///   without finding all that it looked for: then the scan answers.
extension HNSWIndex {
    /// The lock is held and the query is in the scratch.
    func search(
        _ scratch: SearchScratch, _ options: SearchOptions, _ filter: SearchFilter,
        from entry: UInt32, width: Int
    ) -> [Neighbor] {
        guard !filter.nodes.isEmpty else { return [] }
        let plan = FilteredSearchPlan(
            storage, passing: filter.nodes.count, width: width, count: options.count)
        if options.isExact || plan.isFew || filter.nodes.count <= plan.kept {
            return ExactScan(storage, coding, scratch).nearest(options)
        }
        let query = unsafe walkQuery(scratch)
        if plan.patience > 0 {
            let start = unsafe descend(query, from: entry, to: 0, scratch)
            let isWhole = unsafe walk(
                query, from: start, width: min(width, filter.nodes.count), filter, plan, scratch)
            if isWhole {
                scratch.takeResults()
                unsafe measure(query, keeping: options.count, scratch)
                return unsafe storage.neighbors(scratch.results, scratch.resultsCount, options)
            }
        }
        guard unsafe query.measure == nil else {
            return ExactScan(storage, coding, scratch).nearest(options)
        }
        unsafe scanRecords(query, among: filter.nodes, width: plan.kept, scratch)
        unsafe measure(query, keeping: options.count, scratch)
        return unsafe storage.neighbors(scratch.results, scratch.resultsCount, options)
    }

    /// Fills the pool with the `width` nearest of the nodes by estimated distance.
    @unsafe
    private func scanRecords(
        _ query: EngramWalkQuery, among nodes: NodeBitmap, width: Int, _ scratch: SearchScratch
    ) {
        // As many records as are asked for ahead and stay in the first cache.
        let lot = 64
        scratch.clearPool(width)
        let room = unsafe lot + NodeBitmapReader.slack
        scratch.reserve(batch: 2 * room)
        var rows = unsafe storage.rows
        var signs = unsafe query.signs
        let estimate: VectorCoding.Estimate = unsafe coding.kernels.estimates
        let insert: VectorCoding.PoolInsert = unsafe coding.kernels.pool_insert
        let (pool, distances) = unsafe (scratch.pool, scratch.distances)
        var (ids, next) = unsafe (scratch.ids, scratch.ids + room)
        var (found, limit) = (0, Float.infinity)
        let hasFreeSlots = storage.count < storage.slotBound
        unsafe NodeBitmapReader.with(nodes, below: storage.slotBound) { reader in
            var count = unsafe reader.read(lot, into: ids)
            while count > 0 {
                let waiting = unsafe reader.read(lot, into: next)
                unsafe estimate(&rows, &signs, ids, count, distances, next, waiting)
                for index in 0..<count {
                    if unsafe distances[index] > limit { continue }
                    let slot = unsafe ids[index]
                    if hasFreeSlots, !storage.isLive(slot) { continue }
                    let key = unsafe CandidateKey.make(distance: distances[index], slot: slot)
                    _ = unsafe insert(pool, found, width, key)
                    found = min(found + 1, width)
                    if found == width {
                        limit = unsafe CandidateKey.distance(pool[width - 1])
                    }
                }
                unsafe swap(&ids, &next)
                count = waiting
            }
        }
        scratch.poolCount = found
    }

    /// As the plain walk, but only nodes of the bitmap become results, and the others are walked
    /// through. False when it has run out of patience, which is counted in distances, out of its
    /// budget, or dry.
    @unsafe
    private func walk(
        _ query: EngramWalkQuery, from start: UInt32, width: Int, _ filter: SearchFilter,
        _ plan: FilteredSearchPlan, _ scratch: SearchScratch
    ) -> Bool {
        let nodes = filter.nodes
        let frontier = plan.frontier
        scratch.clearResults(width)
        let walk = unsafe scratch.newWalk(from: start, level: 0, width: frontier, in: storage)
        var walker = unsafe Walker(query, walk, storage, coding, scratch)
        let (pool, results) = unsafe (scratch.pool, scratch.results)
        let insert: VectorCoding.PoolInsert = unsafe coding.kernels.pool_insert
        var (count, cursor, found, left) = (0, 0, 0, plan.patience)
        var visitsLeft = filter.visitBudget > 0 ? filter.visitBudget : Int.max
        repeat {
            unsafe walker.turn()
            if unsafe cursor < count && !(found == width && pool[cursor] > results[width - 1]) {
                let slot = unsafe CandidateKey.slot(pool[cursor])
                unsafe pool[cursor] |= CandidateKey.expanded
                unsafe walker.gather(slot)
                cursor += 1
                visitsLeft -= 1
            }
            unsafe left -= walker.fresh
            if left < 0 || visitsLeft < 0 { return false }
            let limit =
                unsafe found == width ? CandidateKey.distance(results[width - 1]) : .infinity
            for index in 0..<(unsafe walker.score(within: limit)) {
                let key = unsafe walker.keys[index]
                if found == width, unsafe key >= results[width - 1] { continue }
                let id = CandidateKey.slot(key)
                let place = unsafe insert(pool, count, frontier, key)
                if place < frontier, count < frontier { count += 1 }
                if place <= cursor { unsafe walker.prefetchLinks(of: id) }
                cursor = min(cursor, place)
                guard nodes.contains(NodeID(slot: id)) else { continue }
                _ = unsafe insert(results, found, width, key)
                found = min(found + 1, width)
                unsafe walker.prefetchCode(of: id)
            }
            while cursor < count, unsafe pool[cursor] & CandidateKey.expanded != 0 { cursor += 1 }
            if cursor + 1 < count {
                unsafe walker.prefetchLinks(of: CandidateKey.slot(pool[cursor + 1]))
            }
        } while unsafe walker.waiting > 0
            || (cursor < count && !(found == width && pool[cursor] > results[width - 1]))
        scratch.resultsCount = found
        return found == width
    }
}

extension NodeStorage {
    /// What it costs to measure a stored vector, in nanoseconds as they were measured on one
    /// machine: `isScanned` when each is read after the one before, else when some are left out.
    func vectorCost(isScanned: Bool) -> Double {
        let lines = unsafe Double(rows.code_stride + 63) / 64
        guard isScanned else { return 6 + 4.5 * lines }
        return configuration.quantization == .q8 ? 2 + 2.2 * lines : 4 + 3 * lines
    }
}

/// What a filtered search is expected to cost, in nanoseconds as they were measured on one machine:
/// only their ratios decide.
struct FilteredSearchPlan {
    private let storage: NodeStorage
    private let passing: Int
    private let width: Int
    /// How many a scan of the records keeps by estimate to measure them. Keeping more, the more
    /// there are to choose from, costs little beside reading them.
    let kept: Int

    /// - Parameter width: what a walk keeps.
    init(_ storage: NodeStorage, passing: Int, width: Int, count: Int) {
        self.storage = storage
        self.passing = passing
        self.width = min(width, passing)
        let twice = count.addingReportingOverflow(count)
        let least = max(twice.overflow ? count : twice.partialValue, 160, passing / 48)
        kept = min(max(width, least), passing)
    }

    private var vectorCost: Double { storage.vectorCost(isScanned: false) }

    /// Its sign record.
    private var recordCost: Double { 15 + 4.5 * Double(unsafe storage.rows.sign_stride + 63) / 64 }

    /// Whether measuring every vector is cheaper than reading the records and measuring a few.
    var isFew: Bool {
        guard storage.signs != nil else { return false }
        let choice = 10_000 + Double(kept) * (vectorCost + 25) + Double(passing) * recordCost
        return Double(passing) * vectorCost < choice
    }

    /// How many distances a walk may take before a scan would have been cheaper; 0 when it is from
    /// the beginning.
    var patience: Int {
        // A record at a random place costs as much as two in order.
        let scan = storage.signs == nil ? vectorCost : min(recordCost, vectorCost)
        let step = storage.signs == nil ? vectorCost : recordCost
        let worth = Double(passing) * scan / (2 * step)
        let nodes = Double(width) * Double(max(storage.count, 1)) / Double(max(passing, 1))
        // About half of the links of a node lead to nodes that were not seen before.
        return nodes * Double(storage.baseCapacity) / 2 < worth ? Int(worth) : 0
    }

    /// Nodes that a walk keeps to go on from: several times what must be seen to find `width`
    /// where as many pass as everywhere.
    var frontier: Int {
        let nodes = Double(width) * Double(max(storage.count, 1)) / Double(max(passing, 1))
        return min(max(Int(nodes * 3), width, 64), max(storage.count, 1))
    }
}
