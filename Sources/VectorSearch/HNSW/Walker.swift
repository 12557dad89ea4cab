// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// The steps of a walk, for one that is not the kernels' own: what a node links to and was not seen
/// yet, how far it is, and whether that is near enough. While one lot is measured the records of
/// the next are on their way.
///
/// Holds plain addresses, so it is good for as long as the index is locked.
@unsafe
struct Walker {
    // Behind addresses, as kernels read them: what stands here stays in registers.
    private let rows: UnsafeMutablePointer<EngramRows>
    private let query: UnsafeMutablePointer<EngramWalkQuery>
    private let walk: UnsafeMutablePointer<EngramWalk>
    private let kernels: EngramKernels
    /// What ``gather(_:)`` fills, and what ``score(within:)`` measures.
    private var gathered: UnsafeMutablePointer<UInt32>
    private var ids: UnsafeMutablePointer<UInt32>
    /// The candidate keys of what was measured and is near enough.
    let keys: UnsafeMutablePointer<UInt64>
    /// How many ids are gathered and wait for their turn.
    private(set) var waiting = 1
    /// How many ids have their turn.
    private(set) var fresh = 0

    /// With one node gathered: the walk's start.
    init(
        _ query: EngramWalkQuery, _ walk: EngramWalk, _ storage: NodeStorage,
        _ coding: VectorCoding, _ scratch: SearchScratch
    ) {
        unsafe rows = scratch.rows
        unsafe self.query = scratch.query
        unsafe self.walk = scratch.walk
        unsafe rows.pointee = storage.rows
        unsafe self.query.pointee = query
        unsafe self.walk.pointee = walk
        unsafe kernels = coding.kernels
        unsafe ids = walk.ids
        unsafe gathered = walk.ids + storage.rowCapacity
        unsafe keys = walk.keys
        unsafe walk.seen[Int(walk.start)] = walk.search
        unsafe gathered[0] = walk.start
    }

    /// Gathers the nodes that one links to and that were not seen before.
    @inline(__always)
    mutating func gather(_ slot: UInt32) {
        unsafe waiting = engram_gather_unseen(rows, slot, walk, gathered)
    }

    /// Makes what was gathered the next to be measured.
    @inline(__always)
    mutating func turn() {
        unsafe swap(&gathered, &ids)
        unsafe fresh = waiting
        unsafe waiting = 0
    }

    /// Measures what had its turn, and asks for the records of what is gathered. Returns how many
    /// are within the limit.
    @inline(__always)
    func score(within limit: Float) -> Int {
        let distances = unsafe walk.pointee.distances
        if let measure = unsafe query.pointee.measure {
            unsafe measure(rows, &query.pointee.exact, ids, fresh, distances)
        } else {
            unsafe kernels.estimates(
                rows, &query.pointee.signs, ids, fresh, distances, gathered, waiting)
        }
        return unsafe kernels.nearer(ids, distances, fresh, limit, keys)
    }

    @inline(__always)
    func prefetchLinks(of slot: UInt32) {
        let chunk = unsafe rows.pointee.chunks[Int(slot >> rows.pointee.shift)]
        let row = unsafe chunk.links + Int(slot & rows.pointee.mask) * rows.pointee.link_stride
        unsafe engram_prefetch(row)
        unsafe engram_prefetch(row + 16)
    }

    /// Asks for the stored vector of a node that is likely to be measured in the end.
    @inline(__always)
    func prefetchCode(of slot: UInt32) {
        if unsafe query.pointee.measure == nil { unsafe engram_prefetch_code(rows, slot) }
    }
}
