// SPDX-License-Identifier: Apache-2.0

import COpenBLAS
import CVectorKernels

/// Compares a query with every vector.
///
/// Rows of floats go through OpenBLAS, a chunk at a time; halves, int8 and signs through the
/// kernels, which read a half, a quarter and a thirty-second of the bytes that a matrix product
/// would.
struct ExactScan {
    private let storage: NodeStorage
    private let coding: VectorCoding
    private let scratch: SearchScratch

    /// The query is in the scratch.
    init(_ storage: NodeStorage, _ coding: VectorCoding, _ scratch: SearchScratch) {
        self.storage = storage
        self.coding = coding
        self.scratch = scratch
        OpenBLAS.useOneThread
    }

    /// The nearest of all, or of those that the options' filter lets pass.
    func nearest(_ options: SearchOptions) -> [Neighbor] {
        guard options.count > 0 else { return [] }
        if let filter = options.filter { return nearest(among: filter.nodes, options) }
        let wanted = min(options.count, max(storage.count, 1))
        let perChunk = unsafe Int(storage.rows.mask) + 1
        scratch.clearResults(wanted)
        scratch.reserve(batch: perChunk)
        var query = unsafe coding.query(scratch)
        var first = 0
        while first < storage.slotBound {
            let count = min(perChunk, storage.slotBound - first)
            let hasIDs = unsafe measure(&query, first: first, count: count)
            collect(count, wanted, first: hasIDs ? nil : UInt32(first))
            first += count
        }
        return unsafe storage.neighbors(scratch.results, scratch.resultsCount, options)
    }

    func nearest(among nodes: [NodeID], _ wanted: Int) -> [Neighbor] {
        guard wanted > 0, !nodes.isEmpty else { return [] }
        let wanted = min(wanted, nodes.count)
        scratch.clearResults(wanted)
        scratch.reserve(batch: 1_024)
        var rows = unsafe storage.rows
        var query = unsafe coding.query(scratch)
        var filled = 0
        for (index, node) in nodes.enumerated() {
            if storage.isLive(node.slot) {
                unsafe scratch.ids[filled] = node.slot
                filled += 1
            }
            if filled == 1_024 || (filled > 0 && index == nodes.count - 1) {
                unsafe coding.distances(&rows, &query, scratch.ids, filled, scratch.distances)
                collect(filled, wanted)
                filled = 0
            }
        }
        return unsafe storage.neighbors(
            scratch.results, scratch.resultsCount, SearchOptions(count: wanted))
    }

    private func nearest(among nodes: NodeBitmap, _ options: SearchOptions) -> [Neighbor] {
        let wanted = min(options.count, nodes.count)
        guard wanted > 0 else { return [] }
        let lot = 256
        scratch.clearResults(wanted)
        unsafe scratch.reserve(batch: lot + NodeBitmapReader.slack)
        var rows = unsafe storage.rows
        var query = unsafe coding.query(scratch)
        unsafe NodeBitmapReader.with(nodes, below: storage.slotBound) { reader in
            while case let count = unsafe reader.read(lot, into: scratch.ids), count > 0 {
                unsafe coding.distances(&rows, &query, scratch.ids, count, scratch.distances)
                collect(count, wanted)
            }
        }
        return unsafe storage.neighbors(scratch.results, scratch.resultsCount, options)
    }

    /// Measures rows of one chunk. Whether it needed their ids, which then stand in the scratch.
    private func measure(_ query: inout EngramQuery, first: Int, count: Int) -> Bool {
        let configuration = coding.configuration
        var rows = unsafe storage.rows
        if configuration.quantization == .q8 {
            unsafe coding.kernels.scan_q8(
                &rows, &query, UInt32(first), count, configuration.metric.rawValue,
                scratch.distances)
            return false
        }
        guard configuration.quantization == .f32, configuration.metric == .cosine else {
            for index in 0..<count { unsafe scratch.ids[index] = UInt32(first + index) }
            unsafe coding.distances(&rows, &query, scratch.ids, count, scratch.distances)
            return true
        }
        let stride = unsafe storage.rows.code_stride / 4
        let dimensions = coding.configuration.dimensions
        unsafe storage.code(UInt32(first)).withMemoryRebound(
            to: Float.self, capacity: stride * count
        ) { block in
            unsafe cblas_sgemv(
                CblasRowMajor, CblasNoTrans, blasint(count), blasint(dimensions), 1, block,
                blasint(stride), query.data.assumingMemoryBound(to: Float.self), 1, 0,
                scratch.distances, 1)
        }
        for index in 0..<count {
            let distance = unsafe 1 - scratch.distances[index]
            unsafe scratch.distances[index] = distance.isNaN ? 2 : distance
        }
        return false
    }

    /// Keeps the nearest of what was measured: of the ids in the scratch, or of the slots from
    /// `first` on.
    private func collect(_ count: Int, _ wanted: Int, first: UInt32? = nil) {
        let (results, ids, distances) = unsafe (scratch.results, scratch.ids, scratch.distances)
        let insert: VectorCoding.PoolInsert = unsafe coding.kernels.pool_insert
        let hasFreeSlots = storage.count < storage.slotBound
        var found = scratch.resultsCount
        var last = unsafe found == wanted ? results[wanted - 1] : .max
        var limit = found == wanted ? CandidateKey.distance(last) : .infinity
        var index = unsafe engram_next_within(distances, 0, count, limit)
        while index < count {
            let slot = unsafe first.map { $0 + UInt32(index) } ?? ids[index]
            let key = unsafe CandidateKey.make(distance: distances[index], slot: slot)
            if key < last, !hasFreeSlots || storage.isLive(slot) {
                _ = unsafe insert(results, found, wanted, key)
                found = min(found + 1, wanted)
                if found == wanted {
                    last = unsafe results[wanted - 1]
                    limit = CandidateKey.distance(last)
                }
            }
            index = unsafe engram_next_within(distances, index + 1, count, limit)
        }
        scratch.resultsCount = found
    }
}

/// OpenBLAS as this process uses it.
enum OpenBLAS {
    /// Its own threads would fight with ours: the parallelism is ours. Done once.
    static let useOneThread: Void = openblas_set_num_threads(1)
}
