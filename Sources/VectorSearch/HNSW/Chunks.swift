// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// The vectors of up to 1,024 nodes: codes, sign records, scales and uids.
///
/// Apart from the links, because an insert changes links in twenty chunks but a code in one:
/// what a snapshot makes it copy is then the small half.
@safe
final class VectorChunk {
    let capacity: Int
    let codeStride: Int
    let signStride: Int
    private let codeBlock: ChunkBlock
    private let signBlock: ChunkBlock
    let scales: UnsafeMutablePointer<EngramScale>
    let uids: UnsafeMutablePointer<UInt64>

    init(capacity: Int, codeStride: Int, signStride: Int, isPooled: Bool) {
        self.capacity = capacity
        self.codeStride = codeStride
        self.signStride = signStride
        codeBlock = ChunkBlock(bytes: capacity * codeStride, isPooled: isPooled)
        signBlock = ChunkBlock(bytes: capacity * signStride, isPooled: isPooled)
        unsafe scales = .allocate(capacity: capacity)
        unsafe scales.initialize(repeating: EngramScale(range: 0, norm: 1), count: capacity)
        unsafe uids = .allocate(capacity: capacity)
        unsafe uids.initialize(repeating: 0, count: capacity)
    }

    @unsafe var codes: UnsafeMutablePointer<UInt8> { unsafe codeBlock.start }
    /// Dense, as a walk reads nothing else of a vector.
    @unsafe var signs: UnsafeMutablePointer<UInt8> { unsafe signBlock.start }

    /// A copy with room for `capacity` nodes, at least as many as `other` has.
    convenience init(copying other: VectorChunk, capacity: Int) {
        self.init(
            capacity: capacity, codeStride: other.codeStride, signStride: other.signStride,
            isPooled: other.codeBlock.isPooled)
        unsafe codes.update(from: other.codes, count: other.capacity * codeStride)
        unsafe signs.update(from: other.signs, count: other.capacity * signStride)
        unsafe scales.update(from: other.scales, count: other.capacity)
        unsafe uids.update(from: other.uids, count: other.capacity)
    }

    deinit {
        codeBlock.free()
        signBlock.free()
        unsafe scales.deallocate()
        unsafe uids.deallocate()
    }

    var bytes: Int { capacity * (codeStride + signStride + 16) }
}

/// Zeros that begin with a cache line, in a slab of huge pages or by themselves.
@safe
struct ChunkBlock {
    let start: UnsafeMutablePointer<UInt8>
    let isPooled: Bool
    private let bytes: Int

    init(bytes: Int, isPooled: Bool) {
        self.bytes = bytes
        let pooled = unsafe isPooled && bytes > 0 ? BlockPool.shared.take(bytes) : nil
        self.isPooled = unsafe pooled != nil
        let memory = unsafe pooled ?? .allocate(byteCount: max(bytes, 1), alignment: 64)
        unsafe start = memory.bindMemory(to: UInt8.self, capacity: bytes)
        unsafe start.initialize(repeating: 0, count: bytes)
    }

    /// Gives the memory back; nothing may use it any more.
    func free() {
        if isPooled {
            unsafe BlockPool.shared.give(start, bytes)
        } else {
            unsafe start.deallocate()
        }
    }
}

/// The links of up to 1,024 nodes: a row of fixed stride each for level 0, an allocation for the
/// few that stand on higher levels.
@safe
final class LinkChunk {
    /// The level of a slot that holds no node.
    static let free: UInt8 = 255

    let capacity: Int
    let baseStride: Int
    let upperStride: Int
    private let block: ChunkBlock
    let links: UnsafeMutablePointer<UInt32>
    let levels: UnsafeMutablePointer<UInt8>
    let uppers: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
    private(set) var upperBytes = 0

    init(capacity: Int, baseStride: Int, upperStride: Int, isPooled: Bool) {
        self.capacity = capacity
        self.baseStride = baseStride
        self.upperStride = upperStride
        block = ChunkBlock(bytes: capacity * baseStride * 4, isPooled: isPooled)
        unsafe links = UnsafeMutableRawPointer(block.start).bindMemory(
            to: UInt32.self, capacity: capacity * baseStride)
        unsafe links.initialize(repeating: LinkRow.none, count: capacity * baseStride)
        unsafe levels = .allocate(capacity: capacity)
        unsafe levels.initialize(repeating: Self.free, count: capacity)
        unsafe uppers = .allocate(capacity: capacity)
        unsafe uppers.initialize(repeating: nil, count: capacity)
    }

    convenience init(copying other: LinkChunk, capacity: Int) {
        self.init(
            capacity: capacity, baseStride: other.baseStride, upperStride: other.upperStride,
            isPooled: other.block.isPooled)
        unsafe links.update(from: other.links, count: other.capacity * baseStride)
        unsafe levels.update(from: other.levels, count: other.capacity)
        for local in 0..<other.capacity {
            guard let rows = unsafe other.uppers[local] else { continue }
            let level = unsafe Int(levels[local])
            allocateUpper(local: local, level: level)
            unsafe uppers[local]?.update(from: rows, count: level * upperStride)
        }
    }

    deinit {
        for local in 0..<capacity {
            unsafe uppers[local]?.deallocate()
        }
        block.free()
        unsafe levels.deallocate()
        unsafe uppers.deallocate()
    }

    func allocateUpper(local: Int, level: Int) {
        guard level > 0 else { return }
        let count = level * upperStride
        let rows = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        unsafe rows.initialize(repeating: LinkRow.none, count: count)
        unsafe uppers[local] = rows
        upperBytes += count * 4
    }

    func freeUpper(local: Int, level: Int) {
        guard let rows = unsafe uppers[local] else { return }
        unsafe rows.deallocate()
        unsafe uppers[local] = nil
        upperBytes -= level * upperStride * 4
    }

    var bytes: Int { capacity * (baseStride * 4 + 9) + upperBytes }
}

/// The links of one node on one level: ids first, then ``none`` up to the capacity.
@safe
struct LinkRow {
    static let none = UInt32.max

    let slots: UnsafeMutablePointer<UInt32>
    let capacity: Int

    @inline(__always)
    var count: Int {
        var count = 0
        while count < capacity, unsafe slots[count] != Self.none { count += 1 }
        return count
    }

    var isFull: Bool { unsafe capacity == 0 || slots[capacity - 1] != Self.none }

    var ids: [UInt32] { (0..<count).map { unsafe slots[$0] } }

    func contains(_ id: UInt32) -> Bool {
        for index in 0..<capacity where unsafe slots[index] == id { return true }
        return false
    }

    func append(_ id: UInt32) {
        let count = count
        precondition(count < capacity)
        unsafe slots[count] = id
    }

    func remove(_ id: UInt32) {
        let last = count - 1
        guard last >= 0 else { return }
        for index in 0...last where unsafe slots[index] == id {
            unsafe slots[index] = slots[last]
            unsafe slots[last] = Self.none
            return
        }
    }

    func removeAll() {
        unsafe slots.update(repeating: Self.none, count: capacity)
    }
}
