// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// The fixed part of a ``PackedHashChunk``.
struct PackedHashChunkHeader {
    var count: UInt32 = 0
    /// Bytes of all records.
    var usedBytes: UInt32 = 0
    /// A multiple of eight, so that tags can be read eight at a time.
    var slotCapacity: UInt32
    var byteCapacity: UInt32
}

/// Some members of a ``PackedHashSet`` in one allocation: a byte of each one's hash, where each
/// begins (4 bytes a slot), and the records, `(count, varint) bytes`.
///
/// A look-up reads eight tags at a time and then, mostly, one record. Slots are in no order.
final class PackedHashChunk: ManagedBuffer<PackedHashChunkHeader, UInt8> {
    /// An empty chunk with room for so many members of so many bytes, their counts included.
    static func make(slots: Int, bytes: Int) -> PackedHashChunk {
        let slotCapacity = (Swift.max(slots, 1) + 7) & ~7
        // Header and object take 32 bytes; what the allocator gives beyond is for more members.
        let total = ProcessMemory.allocationBytes(for: 32 + slotCapacity * 5 + bytes)
        let byteCapacity = total - 32 - slotCapacity * 5
        precondition(byteCapacity <= Int(UInt32.max), "a chunk is for few members")
        let buffer = PackedHashChunk.create(minimumCapacity: total - 32) { _ in
            PackedHashChunkHeader(
                slotCapacity: UInt32(slotCapacity), byteCapacity: UInt32(byteCapacity))
        }
        let made = unsafe unsafeDowncast(buffer, to: PackedHashChunk.self)
        unsafe made.withUnsafeMutablePointerToElements { elements in
            unsafe elements.initialize(repeating: 0, count: slotCapacity * 5)
        }
        return made
    }
}

extension PackedHashChunk {
    var count: Int { Int(header.count) }

    /// Bytes of all records.
    var usedBytes: Int { Int(header.usedBytes) }

    /// Bytes the allocator spends on the object.
    var memoryBytes: Int {
        ProcessMemory.allocationBytes(
            for: 32 + Int(header.slotCapacity) * 5 + Int(header.byteCapacity))
    }

    /// Bytes that a member takes in a chunk, its count included.
    @inline(__always)
    static func recordBytes(_ member: Bytes) -> Int {
        var prefix = 1
        while member.count >> (7 * prefix) > 0 { prefix += 1 }
        return prefix + member.count
    }

    /// Calls `body` with the parts of the allocation.
    @inline(__always)
    private func withRecords<Result>(
        _ body: (
            _ offsets: UnsafeMutablePointer<UInt32>, _ tags: UnsafeMutablePointer<UInt8>,
            _ records: UnsafeMutableRawPointer
        ) -> Result
    ) -> Result {
        unsafe withUnsafeMutablePointers { header, elements in
            let capacity = unsafe Int(header.pointee.slotCapacity)
            let start = UnsafeMutableRawPointer(elements)
            return unsafe body(
                (start + capacity).assumingMemoryBound(to: UInt32.self), elements,
                start + capacity * 5)
        }
    }

    /// The member in a slot, good until the chunk changes.
    func member(at slot: Int) -> Bytes {
        precondition(slot >= 0 && slot < count)
        return unsafe withRecords { offsets, _, records in
            var start = unsafe records + Int(offsets[slot])
            var count = 0
            var shift = 0
            var byte: UInt8
            repeat {
                byte = unsafe start.load(as: UInt8.self)
                unsafe start += 1
                count |= Int(byte & 0x7F) << shift
                shift += 7
            } while byte >= 0x80
            return unsafe Bytes(base: start, count: count)
        }
    }

    /// The slot of a member with this tag, or nil.
    func slot(of member: Bytes, tag: UInt8) -> Int? {
        slot(tagged: tag) { self.member(at: $0) == member }
    }

    /// What of a usual chunk a look-up reads before it knows where a member stands.
    static var indexBytes: Int { 32 + 72 * 5 }

    /// Has the first member with this tag fetched.
    func prefetchMember(tagged tag: UInt8) {
        _ = slot(tagged: tag) { slot in
            unsafe withRecords { offsets, _, records in
                unsafe UnsafeRawPointer(records + Int(offsets[slot])).prefetch(32)
            }
            return true
        }
    }

    /// The first slot with this tag for which `isWanted` holds, or nil.
    @inline(__always)
    private func slot(tagged tag: UInt8, where isWanted: (Int) -> Bool) -> Int? {
        let count = count
        let pattern = 0x0101_0101_0101_0101 &* UInt64(tag)
        var first = 0
        while first < count {
            let word = unsafe withRecords { _, tags, _ in
                unsafe UnsafeRawPointer(tags).loadUnaligned(
                    fromByteOffset: first, as: UInt64.self)
            }
            // A byte of `difference` is zero where the tag is the same; the trick may also mark a
            // byte above a true match, which the comparison sorts out.
            let difference = UInt64(littleEndian: word) ^ pattern
            var matches =
                (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            while matches != 0 {
                let slot = first + matches.trailingZeroBitCount / 8
                matches &= matches &- 1
                if slot < count, isWanted(slot) { return slot }
            }
            first += 8
        }
        return nil
    }

    func hasRoom(for bytes: Int) -> Bool {
        header.count < header.slotCapacity && bytes <= Int(header.byteCapacity - header.usedBytes)
    }

    /// Adds a member; there must be room for it. The bytes must not be a view of this chunk.
    func append(_ member: Bytes, tag: UInt8) {
        let size = Self.recordBytes(member)
        precondition(hasRoom(for: size))
        let slot = count
        let offset = usedBytes
        unsafe withRecords { offsets, tags, records in
            unsafe offsets[slot] = UInt32(offset)
            unsafe tags[slot] = tag
            var target = unsafe records + offset
            var rest = member.count
            while rest >= 0x80 {
                unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
                unsafe target += 1
                rest >>= 7
            }
            unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
            if let source = unsafe member.buffer.baseAddress {
                unsafe (target + 1).copyMemory(from: source, byteCount: member.count)
            }
        }
        header.count += 1
        header.usedBytes += UInt32(size)
    }

    /// Removes the member in a slot; the last slot's moves there. O(chunk).
    func remove(at slot: Int) {
        let size = Self.recordBytes(member(at: slot))
        let last = count - 1
        let used = usedBytes
        unsafe withRecords { offsets, tags, records in
            let offset = unsafe Int(offsets[slot])
            unsafe (records + offset).copyMemory(
                from: records + offset + size, byteCount: used - offset - size)
            unsafe offsets[slot] = offsets[last]
            unsafe tags[slot] = tags[last]
            for index in 0..<last where unsafe offsets[index] > offset {
                unsafe offsets[index] -= UInt32(size)
            }
        }
        header.count -= 1
        header.usedBytes -= UInt32(size)
    }

    /// The same members in an allocation with room for so many more.
    func copy(addingSlots slots: Int, bytes: Int) -> PackedHashChunk {
        let copy = Self.make(slots: count + slots, bytes: usedBytes + bytes)
        let (count, usedBytes) = (count, usedBytes)
        unsafe withRecords { offsets, tags, records in
            unsafe copy.withRecords { newOffsets, newTags, newRecords in
                unsafe newOffsets.update(from: offsets, count: count)
                unsafe newTags.update(from: tags, count: count)
                unsafe newRecords.copyMemory(from: records, byteCount: usedBytes)
            }
        }
        copy.header.count = UInt32(count)
        copy.header.usedBytes = UInt32(usedBytes)
        return copy
    }

    /// Whether less than half of the memory is used.
    var isWasteful: Bool {
        let needed = 32 + count * 5 + usedBytes
        return needed * 2 + 64 < memoryBytes
    }
}
