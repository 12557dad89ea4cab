// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// The memory of an index: chunks shared with its copies, and a dense table of their addresses
/// for the hot loops.
///
/// Not thread-safe: the index guards it.
@safe
final class NodeStorage {
    let configuration: VectorIndexConfiguration
    let baseCapacity: Int
    let upperCapacity: Int
    private(set) var rows: EngramRows
    /// How the vectors' sign records are made; nil if there are none.
    var signs: SignCoding?
    private(set) var count = 0
    /// Slots ever used: those in use are below it.
    private(set) var slotBound = 0
    private(set) var levelCounts = [Int](repeating: 0, count: NodeStorage.levelCap + 1)
    private var vectors: [VectorChunk] = []
    private var links: [LinkChunk] = []
    private var freeSlots: [UInt32] = []
    private var tableCapacity = 0

    /// No node stands higher; Redis has the same cap.
    static let levelCap = 16
    static let maxSlots = 1 << 31 - 1
    private static let firstCapacity = 4
    /// From here on an index is so large that a few slabs more do not count.
    private static let firstPooledChunk = 16

    init(
        configuration: VectorIndexConfiguration, baseCapacity: Int, upperCapacity: Int,
        signs: SignCoding? = nil
    ) {
        self.configuration = configuration
        self.baseCapacity = baseCapacity
        self.upperCapacity = upperCapacity
        self.signs = signs
        let bytes = configuration.quantization.codeBytes(dimensions: configuration.dimensions)
        let unit = bytes <= 16 ? 8 : (bytes < 256 ? 16 : 64)
        let stride = (bytes + unit - 1) / unit * unit
        // 1,024 nodes, fewer where vectors are so large that copying a chunk would take long.
        var shift: UInt32 = 10
        while shift > 3, stride << shift > 4 << 20 { shift -= 1 }
        unsafe rows = EngramRows(
            chunks: nil, shift: shift, mask: (1 << shift) - 1, uppers: nil,
            upper_stride: upperCapacity, code_stride: stride,
            link_stride: baseCapacity, sign_stride: signs?.stride ?? 0,
            sign_words: signs?.words ?? 0, dimensions: configuration.dimensions)
    }

    /// A copy that shares every chunk.
    init(sharing other: NodeStorage) {
        configuration = other.configuration
        baseCapacity = other.baseCapacity
        upperCapacity = other.upperCapacity
        unsafe rows = other.rows
        unsafe rows.chunks = nil
        unsafe rows.uppers = nil
        signs = other.signs
        count = other.count
        slotBound = other.slotBound
        levelCounts = other.levelCounts
        vectors = other.vectors
        links = other.links
        freeSlots = other.freeSlots
        for index in vectors.indices { publish(index) }
    }

    deinit {
        unsafe rows.chunks?.deallocate()
        unsafe rows.uppers?.deallocate()
    }

    /// The most links a row has.
    var rowCapacity: Int { max(baseCapacity, upperCapacity, 1) }

    var memoryBytes: Int {
        var bytes = 200 + freeSlots.capacity * 4
        bytes += unsafe tableCapacity * (MemoryLayout<EngramChunk>.stride + 8)
        for index in vectors.indices {
            bytes += vectors[index].bytes + links[index].bytes + 200
        }
        return bytes
    }
}

extension NodeStorage {
    @inline(__always)
    private func place(_ slot: UInt32) -> (chunk: Int, local: Int) {
        unsafe (Int(slot >> rows.shift), Int(slot & rows.mask))
    }

    func isLive(_ slot: UInt32) -> Bool {
        guard Int(slot) < slotBound else { return false }
        let (chunk, local) = place(slot)
        return unsafe links[chunk].levels[local] != LinkChunk.free
    }

    func level(_ slot: UInt32) -> Int {
        let (chunk, local) = place(slot)
        return unsafe Int(links[chunk].levels[local])
    }

    func uid(_ slot: UInt32) -> UInt64 {
        let (chunk, local) = place(slot)
        return unsafe vectors[chunk].uids[local]
    }

    @inline(__always)
    func prefetchUID(_ slot: UInt32) {
        let (chunk, local) = place(slot)
        unsafe engram_prefetch(vectors[chunk].uids + local)
    }

    func norm(_ slot: UInt32) -> Float {
        let (chunk, local) = place(slot)
        return unsafe vectors[chunk].scales[local].norm
    }

    func range(_ slot: UInt32) -> Float {
        let (chunk, local) = place(slot)
        return unsafe vectors[chunk].scales[local].range
    }

    @unsafe
    func code(_ slot: UInt32) -> UnsafeMutablePointer<UInt8> {
        let (chunk, local) = place(slot)
        return unsafe vectors[chunk].codes + local * vectors[chunk].codeStride
    }

    /// Links to read. To change them ask ``changeableLinks(_:level:)``.
    @inline(__always)
    func linkRow(_ slot: UInt32, level: Int) -> LinkRow {
        let (chunk, local) = place(slot)
        if level == 0 {
            return unsafe LinkRow(
                slots: rows.chunks[chunk].links + local * baseCapacity, capacity: baseCapacity)
        }
        guard let upper = unsafe links[chunk].uppers[local] else {
            preconditionFailure("a link leads to a node that does not reach its level")
        }
        return unsafe LinkRow(
            slots: upper + (level - 1) * upperCapacity, capacity: upperCapacity)
    }

    func changeableLinks(_ slot: UInt32, level: Int) -> LinkRow {
        makeLinksUnique(place(slot).chunk)
        return linkRow(slot, level: level)
    }

    private func makeLinksUnique(_ chunk: Int) {
        guard !isKnownUniquelyReferenced(&links[chunk]) else { return }
        links[chunk] = LinkChunk(copying: links[chunk], capacity: links[chunk].capacity)
        publish(chunk)
    }

    func makeVectorsUnique(of slot: UInt32) { makeVectorsUnique(place(slot).chunk) }

    private func makeVectorsUnique(_ chunk: Int) {
        guard !isKnownUniquelyReferenced(&vectors[chunk]) else { return }
        vectors[chunk] = VectorChunk(copying: vectors[chunk], capacity: vectors[chunk].capacity)
        publish(chunk)
    }

    /// Puts the addresses of a chunk into the tables.
    private func publish(_ chunk: Int) {
        if unsafe chunk >= tableCapacity || rows.chunks == nil {
            let capacity = max(chunk + 1, tableCapacity * 2, vectors.count)
            unsafe rows.chunks = Self.grow(
                rows.chunks, from: tableCapacity, to: capacity,
                EngramChunk(codes: nil, scales: nil, links: nil, signs: nil))
            unsafe rows.uppers = Self.grow(rows.uppers, from: tableCapacity, to: capacity, nil)
            tableCapacity = capacity
        }
        unsafe rows.chunks[chunk] = EngramChunk(
            codes: vectors[chunk].codes, scales: vectors[chunk].scales, links: links[chunk].links,
            signs: vectors[chunk].signs)
        unsafe rows.uppers[chunk] = UnsafePointer(links[chunk].uppers)
    }

    @unsafe
    private static func grow<Address>(
        _ old: UnsafeMutablePointer<Address>?, from count: Int, to capacity: Int, _ empty: Address
    ) -> UnsafeMutablePointer<Address> {
        let table = UnsafeMutablePointer<Address>.allocate(capacity: capacity)
        unsafe table.initialize(repeating: empty, count: capacity)
        if let old = unsafe old {
            unsafe table.update(from: old, count: count)
            unsafe old.deallocate()
        }
        return unsafe table
    }
}

extension NodeStorage {
    /// Takes a slot for a node of `level` without links; nil if all are taken.
    func allocate(level: Int, uid: UInt64) -> UInt32? {
        let slot: UInt32
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            guard slotBound < Self.maxSlots else { return nil }
            slot = UInt32(slotBound)
            makeRoom(for: slot)
            slotBound += 1
        }
        let (chunk, local) = place(slot)
        makeLinksUnique(chunk)
        makeVectorsUnique(chunk)
        unsafe links[chunk].levels[local] = UInt8(level)
        links[chunk].allocateUpper(local: local, level: level)
        unsafe vectors[chunk].uids[local] = uid
        count += 1
        levelCounts[level] += 1
        return slot
    }

    /// The first chunk grows by doubling, so that small sets stay small; the others are whole.
    private func makeRoom(for slot: UInt32) {
        let (chunk, local) = place(slot)
        let whole = unsafe Int(rows.mask) + 1
        if chunk == vectors.count {
            let capacity = chunk == 0 ? min(Self.firstCapacity, whole) : whole
            unsafe vectors.append(
                VectorChunk(
                    capacity: capacity, codeStride: rows.code_stride,
                    signStride: rows.sign_stride, isPooled: chunk >= Self.firstPooledChunk))
            links.append(
                LinkChunk(
                    capacity: capacity, baseStride: baseCapacity, upperStride: upperCapacity,
                    isPooled: chunk >= Self.firstPooledChunk))
            publish(chunk)
        } else if local >= vectors[chunk].capacity {
            let capacity = min(vectors[chunk].capacity * 2, whole)
            vectors[chunk] = VectorChunk(copying: vectors[chunk], capacity: capacity)
            links[chunk] = LinkChunk(copying: links[chunk], capacity: capacity)
            publish(chunk)
        }
    }

    /// Gives a slot back. Nothing may link to it any more.
    func release(_ slot: UInt32) {
        let (chunk, local) = place(slot)
        makeLinksUnique(chunk)
        let level = unsafe Int(links[chunk].levels[local])
        linkRow(slot, level: 0).removeAll()
        links[chunk].freeUpper(local: local, level: level)
        unsafe links[chunk].levels[local] = LinkChunk.free
        levelCounts[level] -= 1
        count -= 1
        freeSlots.append(slot)
    }

    /// Stores an encoded vector; `source` has the bytes of one code. Its sign record is made by
    /// ``writeSigns(_:_:)``.
    @unsafe
    func write(_ slot: UInt32, code source: UnsafePointer<UInt8>, norm: Float, range: Float) {
        let (chunk, local) = place(slot)
        makeVectorsUnique(chunk)
        let bytes = configuration.quantization.codeBytes(dimensions: configuration.dimensions)
        unsafe code(slot).update(from: source, count: bytes)
        unsafe vectors[chunk].scales[local] = EngramScale(range: range, norm: norm)
    }

    /// The highest level any node stands on; nil if there is none.
    var maxLevel: Int? { levelCounts.lastIndex { $0 > 0 } }

    /// O(n).
    func firstNode(onLevel level: Int) -> UInt32? {
        for slot in 0..<UInt32(slotBound) where isLive(slot) && self.level(slot) == level {
            return slot
        }
        return nil
    }
}
