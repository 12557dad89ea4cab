// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// Where in a ``PackedChunkStorage`` the elements stand, in 12 bytes.
struct PackedChunkHeader {
    /// The offset of the first element.
    var start: UInt32 = 0
    /// The offset behind the last element.
    var end: UInt32 = 0
    /// The number of elements, times 256, and the size class of the allocation.
    private var countAndClass: UInt32

    init(sizeClass: UInt32) {
        countAndClass = sizeClass
    }

    var count: UInt32 {
        @inline(__always) get { countAndClass >> 8 }
        @inline(__always) set {
            precondition(newValue < 1 << 24, "a chunk holds fewer than 16 million elements")
            countAndClass = newValue << 8 | countAndClass & 0xFF
        }
    }

    /// Bytes for elements.
    @inline(__always)
    var capacity: UInt32 {
        let bytes = AllocationSize.bytes(ofClass: countAndClass & 0xFF)
        return UInt32(truncatingIfNeeded: bytes - PackedChunkStorage.overheadBytes)
    }
}

/// The allocation of a ``PackedChunk``: a header, then room with the elements somewhere in it.
///
/// An element is its length, its bytes, and its length again with the bytes of the length in
/// reverse order, so that it can be read from either side. A length below 224 takes one byte,
/// below 7,936 two (the first `111` and the high bits), else five (255, then 32 bits).
///
/// Allocations have the sizes of ``AllocationSize``.
@safe
final class PackedChunkStorage: ManagedBuffer<PackedChunkHeader, UInt8> {
    /// The object's own words and the header.
    static var overheadBytes: Int { 28 }

    static func make(capacity: Int) -> PackedChunkStorage {
        let sizeClass = AllocationSize.sizeClass(holding: capacity + overheadBytes)
        let bytes = AllocationSize.bytes(ofClass: sizeClass)
        let buffer = PackedChunkStorage.create(minimumCapacity: bytes - overheadBytes) { _ in
            PackedChunkHeader(sizeClass: sizeClass)
        }
        return unsafe unsafeDowncast(buffer, to: PackedChunkStorage.self)
    }

    /// Bytes for elements, of the smallest allocation with room for so many.
    static func roundedCapacity(_ capacity: Int) -> Int {
        let sizeClass = AllocationSize.sizeClass(holding: capacity + overheadBytes)
        return AllocationSize.bytes(ofClass: sizeClass) - overheadBytes
    }

    @inline(__always)
    var base: UnsafeMutableRawPointer {
        unsafe withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
    }

    @inline(__always) var start: Int { Int(header.start) }
    @inline(__always) var end: Int { Int(header.end) }
    @inline(__always) var used: Int { Int(header.end &- header.start) }
    @inline(__always) var capacity32: Int { Int(header.capacity) }
}

// MARK: - Reading and writing one element

extension PackedChunkStorage {
    /// Bytes of one of the two lengths of an element.
    @inline(__always)
    static func lengthBytes(_ length: Int) -> Int {
        length < 0xE0 ? 1 : length < 0x1F00 ? 2 : 5
    }

    /// Bytes of an element in all.
    @inline(__always)
    static func encodedBytes(_ length: Int) -> Int { length + 2 * lengthBytes(length) }

    /// The element that begins at `offset`, and the offset behind it.
    @inline(__always)
    func element(at offset: Int) -> (bytes: Bytes, next: Int) {
        let first = unsafe base.load(fromByteOffset: offset, as: UInt8.self)
        var length = Int(first)
        var side = 1
        if first == 0xFF {
            length = unsafe Int(
                UInt32(
                    littleEndian: base.loadUnaligned(fromByteOffset: offset + 1, as: UInt32.self)))
            side = 5
        } else if first >= 0xE0 {
            let low = unsafe base.load(fromByteOffset: offset + 1, as: UInt8.self)
            length = Int(first & 0x1F) << 8 | Int(low)
            side = 2
        }
        let bytes = unsafe Bytes(base: UnsafeRawPointer(base + offset + side), count: length)
        return (bytes, offset + length + 2 * side)
    }

    /// The element that ends before `offset`, and the offset where it begins.
    @inline(__always)
    func element(before offset: Int) -> (bytes: Bytes, start: Int) {
        let last = unsafe base.load(fromByteOffset: offset - 1, as: UInt8.self)
        var length = Int(last)
        var side = 1
        if last == 0xFF {
            length = unsafe Int(
                UInt32(
                    littleEndian: base.loadUnaligned(fromByteOffset: offset - 5, as: UInt32.self)))
            side = 5
        } else if last >= 0xE0 {
            let low = unsafe base.load(fromByteOffset: offset - 2, as: UInt8.self)
            length = Int(last & 0x1F) << 8 | Int(low)
            side = 2
        }
        let bytes = unsafe Bytes(
            base: UnsafeRawPointer(base + offset - side - length), count: length)
        return (bytes, offset - length - 2 * side)
    }

    /// Writes an element from `offset` on; there must be room.
    @inline(__always)
    func write(_ element: Bytes, at offset: Int) {
        let length = element.count
        let side = Self.lengthBytes(length)
        let tail = offset + side + length
        switch side {
        case 1:
            unsafe base.storeBytes(
                of: UInt8(truncatingIfNeeded: length), toByteOffset: offset, as: UInt8.self)
            unsafe base.storeBytes(
                of: UInt8(truncatingIfNeeded: length), toByteOffset: tail, as: UInt8.self)
        case 2:
            let high = 0xE0 | UInt8(truncatingIfNeeded: length >> 8)
            let low = UInt8(truncatingIfNeeded: length)
            unsafe base.storeBytes(of: high, toByteOffset: offset, as: UInt8.self)
            unsafe base.storeBytes(of: low, toByteOffset: offset + 1, as: UInt8.self)
            unsafe base.storeBytes(of: low, toByteOffset: tail, as: UInt8.self)
            unsafe base.storeBytes(of: high, toByteOffset: tail + 1, as: UInt8.self)
        default:
            let word = UInt32(truncatingIfNeeded: length).littleEndian
            unsafe base.storeBytes(of: 0xFF, toByteOffset: offset, as: UInt8.self)
            unsafe base.storeBytes(of: word, toByteOffset: offset + 1, as: UInt32.self)
            unsafe base.storeBytes(of: word, toByteOffset: tail, as: UInt32.self)
            unsafe base.storeBytes(of: 0xFF, toByteOffset: tail + 4, as: UInt8.self)
        }
        if length > 0 {
            unsafe (base + offset + side).copyMemory(
                from: element.buffer.baseAddress.unsafelyUnwrapped, byteCount: length)
        }
    }

    /// Moves bytes within the storage.
    @inline(__always)
    func move(from source: Int, to target: Int, count: Int) {
        guard count > 0 else { return }
        unsafe (base + target).copyMemory(from: base + source, byteCount: count)
    }
}
