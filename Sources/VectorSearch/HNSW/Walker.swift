// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// A query in the form that stored vectors are compared with, and in that of sign records.
@unsafe
struct WalkQuery {
    var exact: EngramQuery
    /// Nil where the index has no records: the walk then measures the stored vectors.
    var signs: EngramSignQuery?
}

/// The steps of a walk: what a node links to and was not seen yet, and how far it is. While one
/// lot is measured the records of the next are on their way.
///
/// Holds plain addresses, so it is good for as long as the index is locked.
@unsafe
struct Walker {
    private var query: EngramQuery
    private var signs: EngramSignQuery
    private var rows: EngramRows
    private let estimate: VectorCoding.Estimate
    private let measure: VectorCoding.Measure
    private let isEstimating: Bool
    private let seen: UnsafeMutablePointer<UInt8>
    private let search: UInt8
    /// What ``gather(_:)`` fills, and what ``score()`` measures.
    private var gathered: UnsafeMutablePointer<UInt32>
    private(set) var ids: UnsafeMutablePointer<UInt32>
    let distances: UnsafeMutablePointer<Float>
    /// How many ids are gathered and wait for their turn.
    private(set) var waiting = 0
    /// How many ids have distances.
    private(set) var fresh = 0

    init(
        _ query: WalkQuery, _ rows: EngramRows, _ coding: VectorCoding, _ scratch: SearchScratch
    ) {
        unsafe self.query = query.exact
        unsafe signs = query.signs ?? EngramSignQuery()
        unsafe isEstimating = query.signs != nil
        unsafe self.rows = rows
        unsafe estimate = coding.kernels.estimates
        unsafe measure = coding.measure
        unsafe seen = scratch.seen
        unsafe search = scratch.search
        unsafe ids = scratch.ids
        unsafe gathered = scratch.ids + scratch.batchCapacity / 2
        unsafe distances = scratch.distances
    }

    /// Gathers one node to begin with.
    mutating func begin(at start: UInt32) {
        unsafe seen[Int(start)] = search
        unsafe gathered[0] = start
        unsafe waiting = 1
    }

    /// Gathers the nodes of a row that were not seen before.
    @inline(__always)
    mutating func gather(_ row: LinkRow) {
        var count = 0
        for index in 0..<row.capacity {
            let id = unsafe row.slots[index]
            if id == LinkRow.none { break }
            // Written in any case and counted if it is new: which it is cannot be foreseen.
            unsafe gathered[count] = id
            unsafe count += seen[Int(id)] == search ? 0 : 1
            unsafe seen[Int(id)] = search
        }
        unsafe waiting = count
    }

    /// Makes what was gathered the next to be measured.
    @inline(__always)
    mutating func turn() {
        let last = unsafe gathered
        unsafe gathered = ids
        unsafe ids = last
        unsafe fresh = waiting
        unsafe waiting = 0
    }

    /// Measures what had its turn, and asks for the records of what is gathered.
    @inline(__always)
    mutating func score() {
        if unsafe isEstimating {
            unsafe estimate(&rows, &signs, ids, fresh, distances, gathered, waiting)
        } else {
            unsafe measure(&rows, &query, ids, fresh, distances)
        }
    }

    @inline(__always)
    func prefetchLinks(of slot: UInt32) {
        let row = unsafe links(slot)
        unsafe engram_prefetch(row)
        unsafe engram_prefetch(row + 16)
    }

    /// Asks for the stored vector of a node that is likely to be measured in the end.
    @inline(__always)
    mutating func prefetchCode(of slot: UInt32) {
        if unsafe isEstimating { unsafe engram_prefetch_code(&rows, slot) }
    }

    @inline(__always)
    private func links(_ slot: UInt32) -> UnsafeMutablePointer<UInt32> {
        unsafe rows.chunks[Int(slot >> rows.shift)].links + Int(slot & rows.mask) * rows.link_stride
    }
}
