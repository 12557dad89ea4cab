// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Synchronization

/// The memory one search works in. Grows to the largest search it has served, and is used again.
@safe
final class SearchScratch {
    /// Sorted candidates: the order of the distance, the slot, and whether it was expanded.
    private(set) var pool: UnsafeMutablePointer<UInt64>
    private(set) var poolCapacity = 0
    var poolCount = 0
    /// Sorted results of a filtered walk or a scan.
    private(set) var results: UnsafeMutablePointer<UInt64>
    private(set) var resultsCapacity = 0
    var resultsCount = 0
    private(set) var ids: UnsafeMutablePointer<UInt32>
    private(set) var distances: UnsafeMutablePointer<Float>
    /// Keys of those that were near enough.
    private(set) var keys: UnsafeMutablePointer<UInt64>
    private(set) var batchCapacity = 0
    /// An encoded vector, its normalised floats, and room for two prepared queries.
    private(set) var code: UnsafeMutablePointer<UInt8>
    private(set) var floats: UnsafeMutablePointer<Float>
    private(set) var prepared: UnsafeMutableRawPointer
    private(set) var preparedNode: UnsafeMutableRawPointer
    /// A rotated vector, room to work in, and the levels of a rotated query.
    private(set) var rotated: UnsafeMutablePointer<Float>
    private(set) var spare: UnsafeMutablePointer<Float>
    private(set) var levels: UnsafeMutablePointer<UInt8>
    /// Room for what the kernels of a walk read.
    let rows: UnsafeMutablePointer<EngramRows>
    let query: UnsafeMutablePointer<EngramWalkQuery>
    let walk: UnsafeMutablePointer<EngramWalk>
    private var dimensions = 0
    /// Which search saw a slot last.
    private(set) var seen: UnsafeMutablePointer<UInt8>
    private var seenCapacity = 0
    /// The number of this search.
    private(set) var search: UInt8 = 0
    var norm: Float = 1
    var range: Float = 0

    init() {
        unsafe pool = .allocate(capacity: 1)
        unsafe results = .allocate(capacity: 1)
        unsafe ids = .allocate(capacity: 1)
        unsafe distances = .allocate(capacity: 1)
        unsafe keys = .allocate(capacity: 1)
        unsafe code = .allocate(capacity: 1)
        unsafe floats = .allocate(capacity: 1)
        unsafe prepared = .allocate(byteCount: 64, alignment: 64)
        unsafe preparedNode = .allocate(byteCount: 64, alignment: 64)
        unsafe rotated = .allocate(capacity: 1)
        unsafe spare = .allocate(capacity: 1)
        unsafe levels = .allocate(capacity: 1)
        unsafe rows = .allocate(capacity: 1)
        unsafe query = .allocate(capacity: 1)
        unsafe walk = .allocate(capacity: 1)
        unsafe seen = .allocate(capacity: 1)
    }

    deinit {
        unsafe rows.deallocate()
        unsafe query.deallocate()
        unsafe walk.deallocate()
        unsafe pool.deallocate()
        unsafe results.deallocate()
        unsafe ids.deallocate()
        unsafe distances.deallocate()
        unsafe keys.deallocate()
        unsafe code.deallocate()
        unsafe floats.deallocate()
        unsafe prepared.deallocate()
        unsafe preparedNode.deallocate()
        unsafe rotated.deallocate()
        unsafe spare.deallocate()
        unsafe levels.deallocate()
        unsafe seen.deallocate()
    }

    func reserve(dimensions needed: Int) {
        guard needed > dimensions else { return }
        dimensions = needed
        unsafe code.deallocate()
        unsafe floats.deallocate()
        unsafe prepared.deallocate()
        unsafe preparedNode.deallocate()
        let raw = UnsafeMutableRawPointer.allocate(byteCount: needed * 4 + 64, alignment: 64)
        unsafe code = raw.bindMemory(to: UInt8.self, capacity: needed * 4 + 64)
        unsafe floats = .lines(needed)
        let bytes = max(engram_prepared_q8_bytes(needed), needed * 4)
        unsafe prepared = .allocate(byteCount: bytes, alignment: 64)
        unsafe preparedNode = .allocate(byteCount: bytes, alignment: 64)
        unsafe rotated.deallocate()
        unsafe spare.deallocate()
        unsafe levels.deallocate()
        let components = (needed + 63) / 64 * 64
        unsafe rotated = .lines(components)
        unsafe spare = .lines(components)
        unsafe levels = .lines(components)
    }

    /// An empty pool with room for `needed` keys.
    func clearPool(_ needed: Int) {
        unsafe Self.clear(&pool, &poolCapacity, needed)
        poolCount = 0
    }

    /// An empty list of results with room for `needed` keys.
    func clearResults(_ needed: Int) {
        unsafe Self.clear(&results, &resultsCapacity, needed)
        resultsCount = 0
    }

    @unsafe
    private static func clear(
        _ keys: inout UnsafeMutablePointer<UInt64>, _ capacity: inout Int, _ needed: Int
    ) {
        let room = engram_pool_room(needed)
        if room > capacity {
            unsafe keys.deallocate()
            unsafe keys = .lines(room)
            capacity = room
        }
        unsafe keys.update(repeating: .max, count: room)
    }

    func reserve(batch needed: Int) {
        guard needed > batchCapacity else { return }
        unsafe ids.deallocate()
        unsafe distances.deallocate()
        unsafe keys.deallocate()
        unsafe ids = .lines(needed)
        unsafe distances = .lines(needed)
        unsafe keys = .lines(needed)
        batchCapacity = needed
    }

    /// Forgets which nodes were seen. O(1), but O(slots) once in 255 calls.
    func beginSearch(slots: Int) {
        search &+= 1
        if slots > seenCapacity {
            unsafe seen.deallocate()
            seenCapacity = slots + slots / 4
            unsafe seen = .allocate(capacity: seenCapacity)
            unsafe seen.initialize(repeating: 0, count: seenCapacity)
            search = 1
        } else if search == 0 {
            // The numbers have wrapped: old marks would look like new ones.
            unsafe seen.update(repeating: 0, count: seenCapacity)
            search = 1
        }
    }

    /// A new walk with an empty pool, which sees every node for the first time.
    @unsafe
    func newWalk(
        from start: UInt32, level: Int, width: Int, in storage: NodeStorage
    ) -> EngramWalk {
        clearPool(width)
        reserve(batch: 2 * storage.rowCapacity)
        beginSearch(slots: storage.slotBound)
        return unsafe EngramWalk(
            start: start, level: UInt32(level), width: width, pool: pool, ids: ids,
            distances: distances, keys: keys, seen: seen, search: search)
    }

    /// Makes the results of a filtered walk the pool.
    func takeResults() {
        unsafe swap(&pool, &results)
        swap(&poolCapacity, &resultsCapacity)
        swap(&poolCount, &resultsCount)
    }
}

extension UnsafeMutablePointer {
    /// Room that begins with a cache line: kernels read and write whole lines.
    fileprivate static func lines(_ capacity: Int) -> UnsafeMutablePointer {
        let bytes = max(capacity, 1) * MemoryLayout<Pointee>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        return unsafe memory.bindMemory(to: Pointee.self, capacity: capacity)
    }
}

/// Scratches at rest. Holds as many as searches ever ran at once.
final class SearchScratchPool: Sendable {
    static let shared = SearchScratchPool()

    private struct Resting: @unchecked Sendable {
        var scratches: [SearchScratch] = []
    }
    private let resting = Mutex(Resting())

    func take() -> SearchScratch {
        let scratch = unsafe resting.withLock { (resting) -> Unmanaged<SearchScratch>? in
            guard let last = resting.scratches.popLast() else { return nil }
            return unsafe Unmanaged.passRetained(last)
        }
        if let scratch = unsafe scratch { return unsafe scratch.takeRetainedValue() }
        return SearchScratch()
    }

    func give(_ scratch: SearchScratch) {
        let retained = unsafe Unmanaged.passRetained(scratch)
        nonisolated(unsafe) let handle = unsafe retained
        resting.withLock { unsafe $0.scratches.append(handle.takeRetainedValue()) }
    }
}

/// A candidate as one number, as the kernels have it: sorting candidates is sorting integers.
enum CandidateKey {
    static let expanded = UInt64(ENGRAM_EXPANDED)

    @inline(__always)
    static func make(distance: Float, slot: UInt32) -> UInt64 {
        engram_candidate_key(distance, slot)
    }

    @inline(__always)
    static func slot(_ key: UInt64) -> UInt32 { engram_candidate_slot(key) }

    @inline(__always)
    static func distance(_ key: UInt64) -> Float { engram_candidate_distance(key) }
}
