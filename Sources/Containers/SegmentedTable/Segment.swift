// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// One segment of a ``SegmentedTable``: a fixed number of buckets of 16 slots each.
///
/// An element stands in its home bucket (the hash bits that follow the segment's prefix) or in the
/// bucket beside it. Every slot has a tag byte, 0 when empty, else the top bit and seven hash bits;
/// so a look-up reads 16 tags as two words and touches only elements that are likely right.
@safe
final class Segment<Element: TableElement> {
    static var slotsPerBucket: Int { 16 }

    /// How many leading hash bits all elements of this segment share.
    let depth: Int
    /// log2 of the number of buckets.
    let bucketBits: Int
    /// The epoch of the table that may write here; an older one means a snapshot may read it.
    var epoch: UInt64
    var count = 0
    /// Elements whose two buckets were full when the hash had no more bits to split by.
    var overflow: [Element] = []

    private let tags: UnsafeMutablePointer<UInt8>
    private let slots: UnsafeMutablePointer<Unmanaged<Element>?>

    init(depth: Int, bucketBits: Int, epoch: UInt64) {
        self.depth = depth
        self.bucketBits = bucketBits
        self.epoch = epoch
        let capacity = Self.slotsPerBucket << bucketBits
        unsafe tags = .allocate(capacity: capacity)
        unsafe tags.initialize(repeating: 0, count: capacity)
        unsafe slots = .allocate(capacity: capacity)
        unsafe slots.initialize(repeating: nil, count: capacity)
    }

    deinit {
        for index in 0..<capacity where unsafe tags[index] != 0 {
            unsafe slots[index]?.release()
        }
        unsafe tags.deallocate()
        unsafe slots.deallocate()
    }

    var capacity: Int { Self.slotsPerBucket << bucketBits }
    var bucketCount: Int { 1 << bucketBits }

    /// Bytes this segment takes, without its elements.
    var memoryBytes: Int { 96 + capacity * 9 + overflow.capacity * 8 }
}

extension Segment {
    @inline(__always)
    static func tag(_ hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash) | 0x80 }

    @inline(__always)
    func homeBucket(_ hash: UInt64) -> Int {
        guard bucketBits > 0 else { return 0 }
        return Int(truncatingIfNeeded: (hash << UInt64(depth)) >> UInt64(64 - bucketBits))
    }

    @inline(__always)
    func neighbor(of bucket: Int) -> Int { bucket ^ (bucketBits > 0 ? 1 : 0) }

    /// The slot of the element with this key, or nil.
    @inline(__always)
    func slot(of key: Bytes, hash: UInt64) -> Int? {
        let home = homeBucket(hash)
        if let slot = slot(of: key, hash: hash, in: home) { return slot }
        let beside = neighbor(of: home)
        return beside == home ? nil : slot(of: key, hash: hash, in: beside)
    }

    /// Has the tags and the slots of the home bucket fetched.
    @inline(__always)
    func prefetchPlace(_ hash: UInt64) {
        let first = homeBucket(hash) * Self.slotsPerBucket
        unsafe UnsafeRawPointer(tags + first).prefetch(1)
        unsafe UnsafeRawPointer(slots + first).prefetch(Self.slotsPerBucket * 8)
    }

    /// Has the first element of the home bucket fetched that has the hash's tag: 128 bytes of it.
    @inline(__always)
    func prefetchElement(_ hash: UInt64) {
        guard let element = unsafe likelyElement(hash) else { return }
        unsafe UnsafeRawPointer(element.toOpaque()).prefetch(128)
    }

    /// Has the memory fetched that this element points to.
    @inline(__always)
    func prefetchValue(_ hash: UInt64) {
        guard let element = unsafe likelyElement(hash) else { return }
        unsafe element._withUnsafeGuaranteedRef { $0.prefetchValue() }
    }

    /// The first element of the home bucket that has the hash's tag.
    @inline(__always)
    private func likelyElement(_ hash: UInt64) -> Unmanaged<Element>? {
        let first = homeBucket(hash) * Self.slotsPerBucket
        for half in 0..<2 {
            let matches = matches(Self.tag(hash), at: first + half * 8)
            guard matches != 0 else { continue }
            return unsafe slots[first + half * 8 + matches.trailingZeroBitCount / 8]
        }
        return nil
    }

    /// Bits in the bytes of the eight tags at `offset` that are `tag`. A byte above a true match
    /// may have one too, which the comparison of keys sorts out.
    @inline(__always)
    private func matches(_ tag: UInt8, at offset: Int) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let word = unsafe UnsafeRawPointer(tags)
            .loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        // A byte of `difference` is zero where the tag is the same.
        let difference = UInt64(littleEndian: word) ^ (ones &* UInt64(tag))
        return (difference &- ones) & ~difference & (ones &* 0x80)
    }

    @inline(__always)
    private func slot(of key: Bytes, hash: UInt64, in bucket: Int) -> Int? {
        let first = bucket * Self.slotsPerBucket
        for half in 0..<2 {
            let offset = first + half * 8
            var matches = matches(Self.tag(hash), at: offset)
            while matches != 0 {
                let slot = offset + matches.trailingZeroBitCount / 8
                matches &= matches &- 1
                if unsafe tags[slot] == Self.tag(hash),
                    let element = unsafe slots[slot],
                    unsafe element._withUnsafeGuaranteedRef({ $0.tableKey == key })
                {
                    return slot
                }
            }
        }
        return nil
    }

    /// Calls `body` with the element in `slot`, without counting a reference.
    @inline(__always)
    func withElement<Result>(at slot: Int, _ body: (borrowing Element?) -> Result) -> Result {
        guard let element = unsafe slots[slot] else { return body(nil) }
        return unsafe element._withUnsafeGuaranteedRef { body($0) }
    }

    @inline(__always)
    func element(at slot: Int) -> Element? {
        unsafe slots[slot]?.takeUnretainedValue()
    }

    /// Whether the only reference to the element in `slot` is the table's.
    func isUniquelyReferenced(_ slot: Int) -> Bool {
        guard var element = unsafe slots[slot]?.takeUnretainedValue() else { return false }
        // The local reference counts too, so give it up to the check: two references mean one more
        // than table and local, which is what the retain count test below must not see.
        unsafe slots[slot]?.release()
        let isUnique = isKnownUniquelyReferenced(&element)
        unsafe slots[slot] = Unmanaged.passRetained(element)
        return isUnique
    }

    func replace(_ slot: Int, with element: Element) {
        unsafe slots[slot]?.release()
        unsafe slots[slot] = Unmanaged.passRetained(element)
    }

    /// Puts an element that is not here yet; false when both of its buckets are full.
    func insert(_ element: Element, hash: UInt64) -> Bool {
        let home = homeBucket(hash)
        let beside = neighbor(of: home)
        let first = freeSlots(home)
        let bucket = beside == home || first >= freeSlots(beside) ? home : beside
        for slot in (bucket * Self.slotsPerBucket)..<((bucket + 1) * Self.slotsPerBucket)
        where unsafe tags[slot] == 0 {
            unsafe tags[slot] = Self.tag(hash)
            unsafe slots[slot] = Unmanaged.passRetained(element)
            count += 1
            return true
        }
        return false
    }

    private func freeSlots(_ bucket: Int) -> Int {
        var free = 0
        for slot in (bucket * Self.slotsPerBucket)..<((bucket + 1) * Self.slotsPerBucket)
        where unsafe tags[slot] == 0 {
            free += 1
        }
        return free
    }

    func remove(at slot: Int) -> Element? {
        guard let element = unsafe slots[slot] else { return nil }
        unsafe tags[slot] = 0
        unsafe slots[slot] = nil
        count -= 1
        return unsafe element.takeRetainedValue()
    }

    /// Calls `body` with every element.
    func forEach(_ body: (Element) -> Void) {
        for slot in 0..<capacity where unsafe tags[slot] != 0 {
            if let element = element(at: slot) { body(element) }
        }
        overflow.forEach(body)
    }

    /// Calls `body` with every element of a bucket and its neighbour.
    func forEach(nearBucket bucket: Int, _ body: (Element) -> Void) {
        let beside = neighbor(of: bucket)
        for current in beside == bucket ? [bucket] : [bucket, beside] {
            let first = current * Self.slotsPerBucket
            for slot in first..<(first + Self.slotsPerBucket) where unsafe tags[slot] != 0 {
                if let element = element(at: slot) { body(element) }
            }
        }
        overflow.forEach(body)
    }

    /// A segment with the same elements in the same places.
    func clone(epoch: UInt64) -> Segment {
        let copy = Segment(depth: depth, bucketBits: bucketBits, epoch: epoch)
        for slot in 0..<capacity where unsafe tags[slot] != 0 {
            unsafe copy.tags[slot] = tags[slot]
            unsafe copy.slots[slot] = slots[slot]?.retain()
        }
        copy.count = count
        copy.overflow = overflow
        return copy
    }
}
