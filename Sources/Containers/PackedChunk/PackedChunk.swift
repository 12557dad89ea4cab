// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A short sequence of byte strings in one allocation, which can be read and changed at both ends
/// and in the middle: what a large list is made of.
///
/// A value: copies share their storage until one of them changes, so a copy costs a retain. Two to
/// ten bytes an element on top of the element's own. Push and pop at the ends are amortised O(1);
/// what goes by index is O(bytes). Views of elements are good until the chunk's next change, and so
/// a view must not be passed back into a change of the same chunk. An element and a whole chunk
/// hold less than 4 GiB. Not thread-safe, as any value.
@safe
public struct PackedChunk: @unchecked Sendable {
    private var storage: PackedChunkStorage

    /// An empty chunk with room for about so many bytes of elements.
    public init(minimumCapacity: Int = 24) {
        storage = .make(capacity: minimumCapacity)
    }
}

// MARK: - Reading

extension PackedChunk {
    /// The number of elements. O(1).
    public var count: Int { Int(storage.header.count) }

    public var isEmpty: Bool { storage.header.count == 0 }

    /// Bytes of the elements with their lengths. O(1).
    public var usedBytes: Int { storage.used }

    /// Bytes that the allocation takes. O(1).
    public var memoryBytes: Int {
        ProcessMemory.allocationBytes(
            for: PackedChunkStorage.overheadBytes + storage.capacity32)
    }

    /// The first element, or nil. O(1).
    public var first: Bytes? {
        isEmpty ? nil : storage.element(at: storage.start).bytes
    }

    /// The last element, or nil. O(1).
    public var last: Bytes? {
        isEmpty ? nil : storage.element(before: storage.end).bytes
    }

    /// The element at an index in `0..<count`. O(elements to the nearer end).
    public subscript(index: Int) -> Bytes {
        precondition(index >= 0 && index < count, "index out of range")
        return storage.element(at: offset(of: index)).bytes
    }

    /// A place in a chunk, from which one can walk both ways. It keeps the elements alive as they
    /// were when it was made, whatever becomes of the chunk.
    public struct Cursor {
        private let storage: PackedChunkStorage
        private var offset: Int

        init(_ storage: PackedChunkStorage, at offset: Int) {
            self.storage = storage
            self.offset = offset
        }

        /// The element behind the place, which moves behind it; nil at the end.
        @inline(__always)
        public mutating func next() -> Bytes? {
            guard offset < storage.end else { return nil }
            let (bytes, next) = storage.element(at: offset)
            offset = next
            return bytes
        }

        /// The element before the place, which moves before it; nil at the front.
        @inline(__always)
        public mutating func previous() -> Bytes? {
            guard offset > storage.start else { return nil }
            let (bytes, start) = storage.element(before: offset)
            offset = start
            return bytes
        }
    }

    /// A cursor before the element at an index in `0...count`.
    public func cursor(at index: Int = 0) -> Cursor {
        Cursor(storage, at: offset(of: index))
    }

    /// Calls `body` with every element, in order.
    public func forEach<Failure: Error>(_ body: (Bytes) throws(Failure) -> Void) throws(Failure) {
        var cursor = cursor()
        while let element = cursor.next() { try body(element) }
    }

    /// The offset of the element at `index`, walked to from the nearer end.
    private func offset(of index: Int) -> Int {
        precondition(index >= 0 && index <= count, "index out of range")
        if index <= count / 2 {
            var offset = storage.start
            for _ in 0..<index { offset = storage.element(at: offset).next }
            return offset
        }
        var offset = storage.end
        for _ in index..<count { offset = storage.element(before: offset).start }
        return offset
    }
}

// MARK: - The ends

extension PackedChunk {
    /// Adds an element behind the last. Amortised O(1).
    public mutating func append(_ element: Bytes) {
        let size = PackedChunkStorage.encodedBytes(element.count)
        reserve(size, atFront: false)
        storage.write(element, at: storage.end)
        storage.header.end &+= UInt32(size)
        storage.header.count &+= 1
    }

    /// Adds an element before the first. Amortised O(1).
    public mutating func prepend(_ element: Bytes) {
        let size = PackedChunkStorage.encodedBytes(element.count)
        reserve(size, atFront: true)
        storage.write(element, at: storage.start - size)
        storage.header.start &-= UInt32(size)
        storage.header.count &+= 1
    }

    /// Takes the first element away; there must be one. Amortised O(1).
    public mutating func removeFirst() {
        precondition(!isEmpty)
        makeUnique()
        let next = storage.element(at: storage.start).next
        storage.header.start = UInt32(next)
        storage.header.count &-= 1
        releaseRoom()
    }

    /// Takes the last element away; there must be one. Amortised O(1).
    public mutating func removeLast() {
        precondition(!isEmpty)
        makeUnique()
        let start = storage.element(before: storage.end).start
        storage.header.end = UInt32(start)
        storage.header.count &-= 1
        releaseRoom()
    }
}

// MARK: - The middle

extension PackedChunk {
    /// Puts an element before the one at an index in `0...count`. O(bytes).
    public mutating func insert(_ element: Bytes, at index: Int) {
        let size = PackedChunkStorage.encodedBytes(element.count)
        let isFront = index < count / 2
        reserve(size, atFront: isFront)
        let offset = offset(of: index)
        if isFront {
            let start = storage.start
            storage.move(from: start, to: start - size, count: offset - start)
            storage.header.start = UInt32(start - size)
            storage.write(element, at: offset - size)
        } else {
            storage.move(from: offset, to: offset + size, count: storage.end - offset)
            storage.header.end &+= UInt32(size)
            storage.write(element, at: offset)
        }
        storage.header.count &+= 1
    }

    /// Takes away the elements with indices in a part of `0..<count`. O(bytes).
    public mutating func removeSubrange(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        makeUnique()
        let low = offset(of: range.lowerBound)
        let high = offset(of: range.upperBound)
        let (start, end) = (storage.start, storage.end)
        if low - start < end - high {
            storage.move(from: start, to: start + (high - low), count: low - start)
            storage.header.start = UInt32(start + (high - low))
        } else {
            storage.move(from: high, to: low, count: end - high)
            storage.header.end = UInt32(low + end - high)
        }
        storage.header.count &-= UInt32(range.count)
        releaseRoom()
    }

    /// Puts `element` in the place of the one at an index in `0..<count`. O(bytes).
    public mutating func replace(at index: Int, with element: Bytes) {
        precondition(index >= 0 && index < count, "index out of range")
        if self[index].count == element.count {
            makeUnique()
            storage.write(element, at: offset(of: index))
        } else {
            removeSubrange(index..<(index + 1))
            insert(element, at: index)
        }
    }

    /// Cuts the chunk before an index in `0...count`, and returns what stood behind. O(bytes).
    public mutating func split(at index: Int) -> PackedChunk {
        let offset = offset(of: index)
        let size = storage.end - offset
        var rest = PackedChunk(minimumCapacity: size)
        rest.copyBytes(of: storage, from: offset, count: size)
        rest.storage.header.count = UInt32(count - index)
        removeSubrange(index..<count)
        return rest
    }

    /// Adds the elements of another chunk behind the last. O(bytes).
    public mutating func append(contentsOf other: PackedChunk) {
        guard !other.isEmpty else { return }
        reserve(other.usedBytes, atFront: false)
        copyBytes(of: other.storage, from: other.storage.start, count: other.usedBytes)
        storage.header.count &+= other.storage.header.count
    }

    /// Gives idle room back, unless it is hardly any.
    public mutating func trim() {
        guard PackedChunkStorage.roundedCapacity(usedBytes) < storage.capacity32 else { return }
        reallocate(capacity: usedBytes)
    }
}

// MARK: - Room

extension PackedChunk {
    /// Makes the storage this chunk's own, with so many bytes free before or behind the elements.
    @inline(__always)
    private mutating func reserve(_ bytes: Int, atFront: Bool) {
        let header = storage.header
        let free = atFront ? Int(header.start) : Int(header.capacity) - Int(header.end)
        if free >= bytes, isKnownUniquelyReferenced(&storage) { return }
        makeRoom(bytes, atFront: atFront)
    }

    @inline(never)
    private mutating func makeRoom(_ bytes: Int, atFront: Bool) {
        let used = storage.used
        let rest = storage.capacity32 - used - bytes
        // Moving all pays only if room for many more elements is won: else it would be done again
        // for each of the next.
        if rest >= 0, rest >= used / 8, isKnownUniquelyReferenced(&storage) {
            let start = atFront ? bytes + rest / 2 : rest / 2
            storage.move(from: storage.start, to: start, count: used)
            storage.header.start = UInt32(start)
            storage.header.end = UInt32(start + used)
            return
        }
        let needed = used + bytes
        precondition(needed < 1 << 32 - 1 << 20, "a chunk holds less than 4 GiB")
        reallocate(capacity: needed, freeAtFront: atFront)
    }

    /// Moves the elements to a new storage, to its front or, with `freeAtFront`, to its end.
    private mutating func reallocate(capacity: Int, freeAtFront: Bool = false) {
        let old = storage
        storage = .make(capacity: capacity)
        storage.header.count = old.header.count
        let gap = freeAtFront ? UInt32(storage.capacity32 - old.used) : 0
        storage.header.start = gap
        storage.header.end = gap
        copyBytes(of: old, from: old.start, count: old.used)
    }

    private mutating func copyBytes(
        of source: PackedChunkStorage, from offset: Int, count: Int
    ) {
        unsafe (storage.base + storage.end).copyMemory(
            from: source.base + offset, byteCount: count)
        storage.header.end &+= UInt32(count)
    }

    @inline(__always)
    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) {
            reallocate(capacity: usedBytes)
        }
    }

    /// Gives memory back once three quarters lie idle.
    @inline(__always)
    private mutating func releaseRoom() {
        if storage.header.count == 0 {
            storage.header.start = 0
            storage.header.end = 0
        }
        if storage.capacity32 > 256, usedBytes < storage.capacity32 / 4 {
            reallocate(capacity: usedBytes + usedBytes / 2)
        }
    }
}
