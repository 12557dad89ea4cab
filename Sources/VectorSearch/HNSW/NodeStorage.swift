// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives

/// The memory of an index: chunks shared with its copies, and a dense table of their addresses
/// for the hot loops.
///
/// It begins with rows alone; links and sign records come when ``beginLinks(_:)`` is called, and
/// the nodes that it has then are ``NodeMark/unlinked`` until each is linked.
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
    /// Nodes that are not linked.
    private(set) var unlinkedCount = 0
    /// Slots ever used: those in use are below it.
    private(set) var slotBound = 0
    /// Linked nodes by their highest level; empty as long as there are no links.
    private(set) var levelCounts: [Int] = []
    private var vectors: [VectorChunk] = []
    /// Empty as long as there are no links.
    private var links: [LinkChunk] = []
    private var freeSlots: [UInt32] = []
    private var tableCapacity = 0
    /// No slot below is unlinked, but those that somebody is linking.
    private var linkCursor = 0

    /// No node stands higher; Redis has the same cap.
    static let levelCap = 16
    static let maxSlots = 1 << 31 - 1
    private static let firstCapacity = 4
    /// From here on an index is so large that a few slabs more do not count.
    private static let firstPooledChunk = 16

    init(configuration: VectorIndexConfiguration, baseCapacity: Int, upperCapacity: Int) {
        self.configuration = configuration
        self.baseCapacity = baseCapacity
        self.upperCapacity = upperCapacity
        let bytes = configuration.quantization.codeBytes(dimensions: configuration.dimensions)
        let unit = bytes <= 16 ? 8 : (bytes < 256 ? 16 : 64)
        let stride = (bytes + unit - 1) / unit * unit
        // 1,024 nodes, fewer where vectors are so large that copying a chunk would take long.
        var shift: UInt32 = 10
        while shift > 3, stride << shift > 4 << 20 { shift -= 1 }
        unsafe rows = EngramRows(
            chunks: nil, shift: shift, mask: (1 << shift) - 1, uppers: nil,
            upper_stride: upperCapacity, code_stride: stride, link_stride: baseCapacity,
            sign_stride: 0, sign_words: 0, dimensions: configuration.dimensions)
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
        unlinkedCount = other.unlinkedCount
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
        var bytes = 200 + freeSlots.capacity * 4 + levelCounts.capacity * 8
        bytes += unsafe tableCapacity * (MemoryLayout<EngramChunk>.stride + 8)
        bytes += (signs?.components ?? 0) * 4
        return (vectors.map(\.bytes) + links.map(\.bytes)).reduce(bytes, +)
    }
}

extension NodeStorage {
    @inline(__always)
    private func place(_ slot: UInt32) -> (chunk: Int, local: Int) {
        unsafe (Int(slot >> rows.shift), Int(slot & rows.mask))
    }

    private func mark(_ slot: UInt32) -> UInt8 {
        let (chunk, local) = place(slot)
        return unsafe vectors[chunk].marks[local]
    }

    func isLive(_ slot: UInt32) -> Bool {
        Int(slot) < slotBound && mark(slot) != NodeMark.free
    }

    /// Whether a slot has a node without links.
    func isUnlinked(_ slot: UInt32) -> Bool {
        Int(slot) < slotBound && mark(slot) == NodeMark.unlinked
    }

    /// Whether a slot has a node with links.
    func isLinked(_ slot: UInt32) -> Bool {
        Int(slot) < slotBound && mark(slot) < NodeMark.unlinked
    }

    /// Whether every node is linked, so that a walk may find any.
    var isLinked: Bool { hasLinks && unlinkedCount == 0 }

    /// Whether nodes have room for links.
    var hasLinks: Bool { !levelCounts.isEmpty }

    /// The highest level of a node; 0 of one that is not linked.
    func level(_ slot: UInt32) -> Int {
        let mark = mark(slot)
        return mark == NodeMark.unlinked ? 0 : Int(mark)
    }

    func uid(_ slot: UInt32) -> UInt64 {
        let (chunk, local) = place(slot)
        return unsafe vectors[chunk].uids?[local] ?? UInt64(slot) + 1
    }

    @inline(__always)
    func prefetchUID(_ slot: UInt32) {
        let (chunk, local) = place(slot)
        if let uids = unsafe vectors[chunk].uids { unsafe engram_prefetch(uids + local) }
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
        unsafe links[chunk] = LinkChunk(copying: links[chunk], marks: vectors[chunk].marks)
        publish(chunk)
    }

    func makeVectorsUnique(of slot: UInt32) { makeVectorsUnique(place(slot).chunk) }

    private func makeVectorsUnique(_ chunk: Int) {
        guard !isKnownUniquelyReferenced(&vectors[chunk]) else { return }
        vectors[chunk] = VectorChunk(
            copying: vectors[chunk], capacity: vectors[chunk].capacity,
            signStride: unsafe rows.sign_stride)
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
            codes: vectors[chunk].codes, scales: vectors[chunk].scales,
            links: chunk < links.count ? links[chunk].links : nil, signs: vectors[chunk].signs)
        unsafe rows.uppers[chunk] =
            chunk < links.count ? UnsafePointer(links[chunk].uppers) : nil
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
    /// Takes a slot for a node that is not linked; nil if all are taken.
    func allocate(uid: UInt64) -> UInt32? {
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
        makeVectorsUnique(chunk)
        unsafe vectors[chunk].marks[local] = NodeMark.unlinked
        if unsafe vectors[chunk].uids != nil || uid != UInt64(slot) + 1 {
            vectors[chunk].makeUIDs(first: Int(slot) - local)
            unsafe vectors[chunk].uids?[local] = uid
        }
        count += 1
        unlinkedCount += 1
        return slot
    }

    /// Room for so many nodes at once; more come as they are needed.
    func reserve(_ nodes: Int) {
        guard vectors.isEmpty, nodes > 0 else { return }
        appendChunk(holding: nodes)
    }

    /// The first chunk grows from one size that the allocator has to the next, so that small sets
    /// stay small; the others are whole.
    private func makeRoom(for slot: UInt32) {
        let (chunk, local) = place(slot)
        if chunk == vectors.count {
            appendChunk(holding: chunk == 0 ? Self.firstCapacity : .max)
        } else if local >= vectors[chunk].capacity {
            replace(chunk, capacity: capacity(holding: local + 1))
        }
    }

    /// How many rows a chunk gets that is to hold so many.
    private func capacity(holding nodes: Int) -> Int {
        let whole = unsafe Int(rows.mask) + 1
        guard nodes < whole, !hasLinks else { return whole }
        let row = unsafe VectorChunk.rowBytes(codeStride: rows.code_stride)
        return min(max(ProcessMemory.allocationBytes(for: nodes * row) / row, nodes), whole)
    }

    private func appendChunk(holding nodes: Int) {
        let isPooled = vectors.count >= Self.firstPooledChunk
        let capacity = capacity(holding: nodes)
        unsafe vectors.append(
            VectorChunk(
                capacity: capacity, codeStride: rows.code_stride, signStride: rows.sign_stride,
                isPooled: isPooled))
        if hasLinks { appendLinks(capacity: capacity, isPooled: isPooled) }
        publish(vectors.count - 1)
    }

    private func appendLinks(capacity: Int, isPooled: Bool) {
        links.append(
            LinkChunk(
                capacity: capacity, baseStride: baseCapacity, upperStride: upperCapacity,
                isPooled: isPooled))
    }

    /// Moves the rows of a chunk that has no links.
    private func replace(_ chunk: Int, capacity: Int) {
        vectors[chunk] = VectorChunk(
            copying: vectors[chunk], capacity: capacity, signStride: unsafe rows.sign_stride)
        publish(chunk)
    }

    /// Gives a slot back. Nothing may link to it any more.
    func release(_ slot: UInt32) {
        let (chunk, local) = place(slot)
        if isUnlinked(slot) {
            unlinkedCount -= 1
        } else {
            makeLinksUnique(chunk)
            let level = level(slot)
            linkRow(slot, level: 0).removeAll()
            links[chunk].freeUpper(local: local, level: level)
            levelCounts[level] -= 1
        }
        makeVectorsUnique(chunk)
        unsafe vectors[chunk].marks[local] = NodeMark.free
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
        // Measuring reads the range there, even of a node that has no signs yet.
        if signs != nil { unsafe writeRange(range, slot) }
    }

    @unsafe
    private func writeRange(_ range: Float, _ slot: UInt32) {
        var rows = unsafe rows
        let record = unsafe engram_sign_record(&rows, slot)
        unsafe engram_sign_factors(record, rows.sign_words).pointee.range = range
    }
}

// MARK: - Links

extension NodeStorage {
    /// Makes room for links and sign records. No node is linked yet, and no record has signs.
    /// - Parameter isPassing: whether the links will be dropped again, so that they get no more
    ///   room than was reserved.
    func beginLinks(_ signs: SignCoding?, isPassing: Bool = false) {
        guard !hasLinks else { return }
        levelCounts = [Int](repeating: 0, count: Self.levelCap + 1)
        self.signs = signs
        unsafe rows.sign_stride = signs?.stride ?? 0
        unsafe rows.sign_words = signs?.words ?? 0
        for chunk in vectors.indices {
            let capacity = isPassing ? vectors[chunk].capacity : capacity(holding: .max)
            let isPooled = chunk >= Self.firstPooledChunk
            appendLinks(capacity: capacity, isPooled: isPooled)
            replace(chunk, capacity: capacity)
        }
        guard signs != nil else { return }
        for slot in 0..<UInt32(slotBound) { unsafe writeRange(range(slot), slot) }
    }

    /// Forgets all links; there must be no sign records.
    func dropLinks() {
        links = []
        levelCounts = []
        unlinkedCount = count
        for chunk in vectors.indices { publish(chunk) }
        for slot in 0..<UInt32(slotBound) where isLive(slot) {
            let (chunk, local) = place(slot)
            unsafe vectors[chunk].marks[local] = NodeMark.unlinked
        }
    }

    /// A node that is not linked, for who links it; each is given out once, unless a copy is made.
    func nextUnlinked() -> UInt32? {
        guard hasLinks, unlinkedCount > 0 else { return nil }
        while linkCursor < slotBound {
            linkCursor += 1
            if isUnlinked(UInt32(linkCursor - 1)) { return UInt32(linkCursor - 1) }
        }
        return nil
    }

    /// Makes a node one that can be linked on the levels up to one.
    func setLevel(_ level: Int, of slot: UInt32) {
        let (chunk, local) = place(slot)
        makeLinksUnique(chunk)
        makeVectorsUnique(chunk)
        links[chunk].allocateUpper(local: local, level: level)
        unsafe vectors[chunk].marks[local] = UInt8(level)
        levelCounts[level] += 1
        unlinkedCount -= 1
    }

    /// The highest level any node stands on; nil if none is linked.
    var maxLevel: Int? { levelCounts.lastIndex { $0 > 0 } }
}
