// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives

/// The vectors of up to 1,024 nodes: codes, scales, marks, uids and sign records.
///
/// Apart from the links, because an insert changes links in twenty chunks but a code in one:
/// what a snapshot makes it copy is then the small half.
@safe
final class VectorChunk {
    let capacity: Int
    let codeStride: Int
    /// 0 as long as the vectors have no sign records.
    let signStride: Int
    /// Codes, and behind them the scales and the marks: a small set has one allocation for all.
    private let block: ChunkBlock
    private let signBlock: ChunkBlock?
    let scales: UnsafeMutablePointer<EngramScale>
    /// Of each slot ``NodeMark/free``, ``NodeMark/unlinked``, or the node's highest level.
    let marks: UnsafeMutablePointer<UInt8>
    /// Nil as long as the uid of each slot is its number and one.
    private(set) var uids: UnsafeMutablePointer<UInt64>?

    /// Bytes a row takes, but for its sign record.
    static func rowBytes(codeStride: Int) -> Int {
        codeStride + MemoryLayout<EngramScale>.stride + 1
    }

    init(capacity: Int, codeStride: Int, signStride: Int, isPooled: Bool) {
        self.capacity = capacity
        self.codeStride = codeStride
        self.signStride = signStride
        block = ChunkBlock(
            bytes: capacity * Self.rowBytes(codeStride: codeStride), isPooled: isPooled)
        signBlock =
            signStride > 0
            ? ChunkBlock(bytes: capacity * signStride, isPooled: isPooled) : nil
        unsafe scales = UnsafeMutableRawPointer(block.start + capacity * codeStride)
            .bindMemory(to: EngramScale.self, capacity: capacity)
        unsafe scales.initialize(repeating: EngramScale(range: 0, norm: 1), count: capacity)
        unsafe marks = UnsafeMutableRawPointer(scales + capacity)
            .bindMemory(to: UInt8.self, capacity: capacity)
        unsafe marks.initialize(repeating: NodeMark.free, count: capacity)
    }

    @unsafe var codes: UnsafeMutablePointer<UInt8> { unsafe block.start }
    /// Dense, as a walk reads nothing else of a vector; nil where there are none.
    @unsafe var signs: UnsafeMutablePointer<UInt8>? { unsafe signBlock?.start }

    /// A copy with room for `capacity` nodes, at least as many as `other` has. Its sign records
    /// are the other's if they are as long.
    convenience init(copying other: VectorChunk, capacity: Int, signStride: Int) {
        self.init(
            capacity: capacity, codeStride: other.codeStride, signStride: signStride,
            isPooled: other.block.isPooled)
        unsafe codes.update(from: other.codes, count: other.capacity * codeStride)
        unsafe scales.update(from: other.scales, count: other.capacity)
        unsafe marks.update(from: other.marks, count: other.capacity)
        if let old = unsafe other.signs, let new = unsafe signs, signStride == other.signStride {
            unsafe new.update(from: old, count: other.capacity * signStride)
        }
        if let old = unsafe other.uids {
            let new = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
            unsafe new.initialize(repeating: 0, count: capacity)
            unsafe new.update(from: old, count: other.capacity)
            unsafe uids = new
        }
    }

    deinit {
        block.free()
        signBlock?.free()
        unsafe uids?.deallocate()
    }

    /// Gives every slot a uid of its own to keep; `first` is the number of the first slot.
    func makeUIDs(first: Int) {
        guard unsafe uids == nil else { return }
        let new = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        for local in 0..<capacity {
            unsafe (new + local).initialize(to: UInt64(first + local + 1))
        }
        unsafe uids = new
    }

    var bytes: Int {
        let uidBytes = unsafe uids == nil ? 0 : ProcessMemory.allocationBytes(for: capacity * 8)
        return 96 + block.allocatedBytes + (signBlock?.allocatedBytes ?? 0) + uidBytes
    }
}

/// What a slot holds, where it is not the highest level of a linked node.
enum NodeMark {
    static let free: UInt8 = 255
    /// A node that searches find by scanning only.
    static let unlinked: UInt8 = 254
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

    /// What it really takes.
    var allocatedBytes: Int {
        isPooled ? bytes : ProcessMemory.allocationBytes(for: max(bytes, 1))
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
    let capacity: Int
    let baseStride: Int
    let upperStride: Int
    private let block: ChunkBlock
    let links: UnsafeMutablePointer<UInt32>
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
        unsafe uppers = .allocate(capacity: capacity)
        unsafe uppers.initialize(repeating: nil, count: capacity)
    }

    /// - Parameter marks: the slots', as they were when the links were last changed.
    @unsafe
    convenience init(copying other: LinkChunk, marks: UnsafePointer<UInt8>) {
        self.init(
            capacity: other.capacity, baseStride: other.baseStride, upperStride: other.upperStride,
            isPooled: other.block.isPooled)
        unsafe links.update(from: other.links, count: other.capacity * baseStride)
        for local in 0..<other.capacity {
            guard let rows = unsafe other.uppers[local] else { continue }
            let level = unsafe Int(marks[local])
            allocateUpper(local: local, level: level)
            unsafe uppers[local]?.update(from: rows, count: level * upperStride)
        }
    }

    deinit {
        for local in 0..<capacity {
            unsafe uppers[local]?.deallocate()
        }
        block.free()
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

    var bytes: Int { 100 + capacity * (baseStride * 4 + 8) + upperBytes }
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
