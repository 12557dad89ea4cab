// SPDX-License-Identifier: Apache-2.0

/// One piece of memory with records in it, and how many: what small collections are made of.
///
/// All of its state is in the memory itself, in the eight bytes before the records. So the owner
/// may keep nothing but the address while nobody uses the collection: see ``release()``. A buffer
/// that never held anything has no memory. Not thread-safe.
@safe
public struct PackedBuffer: ~Copyable {
    /// Bytes of records, then the number of records times 256, with the size class.
    private var base: UnsafeMutableRawPointer?

    private static var prefixBytes: Int { 8 }
    /// No more records, no more bytes of them.
    static var mostRecords: Int { 1 << 24 - 1 }

    public init() {}

    /// Takes memory over that another buffer has given away.
    public init(adopting base: UnsafeMutableRawPointer?) {
        unsafe self.base = base
    }

    deinit {
        unsafe base?.deallocate()
    }

    /// Gives the memory away, to be adopted by another buffer, or deallocated.
    public mutating func release() -> UnsafeMutableRawPointer? {
        defer { unsafe base = nil }
        return unsafe base
    }
}

extension PackedBuffer {
    /// Bytes of all records.
    var used: Int {
        @inline(__always) get {
            guard let base = unsafe base else { return 0 }
            return unsafe Int(base.load(as: UInt32.self))
        }
    }

    /// The number of records.
    var count: Int {
        @inline(__always) get {
            guard let base = unsafe base else { return 0 }
            return unsafe Int(base.load(fromByteOffset: 4, as: UInt32.self) >> 8)
        }
    }

    /// Bytes that the allocation takes, 0 without one.
    var memoryBytes: Int {
        guard let base = unsafe base else { return 0 }
        let facts = unsafe base.load(fromByteOffset: 4, as: UInt32.self)
        return AllocationSize.bytes(ofClass: facts & 0xFF)
    }

    /// The records; there is memory wherever this is asked for.
    var bytes: UnsafeMutableRawPointer {
        @inline(__always) get { unsafe base.unsafelyUnwrapped + Self.prefixBytes }
    }

    /// Notes that so many bytes and records have come, or gone when negative.
    @inline(__always)
    mutating func change(bytes: Int, records: Int) {
        let memory = unsafe base.unsafelyUnwrapped
        unsafe memory.storeBytes(of: UInt32(used + bytes), as: UInt32.self)
        let facts = unsafe memory.load(fromByteOffset: 4, as: UInt32.self)
        let count = Int(facts >> 8) + records
        precondition(count >= 0 && count <= Self.mostRecords, "a packed buffer is for few records")
        unsafe memory.storeBytes(
            of: UInt32(count) << 8 | facts & 0xFF, toByteOffset: 4, as: UInt32.self)
    }

    /// Makes room for so many bytes of records more.
    mutating func reserve(_ additionalBytes: Int) {
        let needed = Self.prefixBytes + used + additionalBytes
        if needed > memoryBytes { move(toMemoryOf: needed) }
    }

    @inline(never)
    private mutating func move(toMemoryOf needed: Int) {
        precondition(needed <= Int(UInt32.max), "a packed buffer is for little data")
        let sizeClass = AllocationSize.sizeClass(holding: needed)
        let larger = UnsafeMutableRawPointer.allocate(
            byteCount: AllocationSize.bytes(ofClass: sizeClass), alignment: 8)
        if let old = unsafe base {
            unsafe larger.copyMemory(from: old, byteCount: Self.prefixBytes + used)
            unsafe old.deallocate()
        } else {
            unsafe larger.storeBytes(of: 0, as: UInt64.self)
        }
        let facts = unsafe larger.load(fromByteOffset: 4, as: UInt32.self)
        unsafe larger.storeBytes(
            of: facts & ~0xFF | sizeClass, toByteOffset: 4, as: UInt32.self)
        unsafe base = larger
    }

    /// Gives memory back once less than half of it is used.
    mutating func shrink() {
        guard (Self.prefixBytes + used) * 2 < memoryBytes, memoryBytes > 64 else { return }
        self = copy()
    }

    /// Gives memory back that nothing needs.
    mutating func trim() {
        guard used > 0 else { return }
        let sizeClass = AllocationSize.sizeClass(holding: Self.prefixBytes + used)
        if AllocationSize.bytes(ofClass: sizeClass) < memoryBytes { self = copy() }
    }

    /// The same records in memory of their own.
    public func copy() -> PackedBuffer {
        var copy = PackedBuffer()
        guard used > 0 else { return copy }
        copy.reserve(used)
        unsafe copy.bytes.copyMemory(from: bytes, byteCount: used)
        copy.change(bytes: used, records: count)
        return copy
    }

    @inline(__always)
    func move(from source: Int, to target: Int, _ count: Int) {
        unsafe (bytes + target).copyMemory(from: bytes + source, byteCount: count)
    }
}
