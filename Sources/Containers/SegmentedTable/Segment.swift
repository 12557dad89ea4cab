// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// One segment of a ``SegmentedTable``: up to 96 buckets of 18 slots in one piece of memory.
///
/// An element's home is the bucket that its hash names; where that is full, it stands in the next
/// one with room, and the buckets it passed count it. Elements are so in the order of their hashes
/// by home bucket. A segment takes elements until seven eighths of its slots are taken.
@safe
final class Segment<Element: TableElement> {
    typealias Bucket = SegmentBucket<Element>

    /// Where an element stands: the bucket times 32, and the slot.
    typealias Position = Int

    /// How many leading hash bits all elements of this segment share.
    let depth: Int
    let bucketCount: Int
    /// The epoch of the table that may write here; an older one means a snapshot may read it.
    var epoch: UInt64
    private(set) var count = 0
    private let memory: UnsafeMutableRawPointer

    /// The buckets of a segment that is split next, and of the halves it is split into.
    static var mostBuckets: Int { 96 }
    static var halfBuckets: Int { 64 }
    /// Segments do not split further: of the 48 bits of a hash that count, the others name buckets.
    static var mostDepth: Int { 40 }

    init(depth: Int, bucketCount: Int, epoch: UInt64) {
        self.depth = depth
        self.bucketCount = bucketCount
        self.epoch = epoch
        let byteCount = bucketCount * Bucket.byteCount
        unsafe memory = .allocate(byteCount: byteCount, alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }

    deinit {
        if count > 0 { unsafe forEachReference { element in unsafe element.release() } }
        unsafe memory.deallocate()
    }

    var capacity: Int { bucketCount * Bucket.slotCount }
    var isFull: Bool { count >= capacity * 7 / 8 }

    /// Bytes this segment takes, without its elements.
    var memoryBytes: Int { Self.memoryBytes(bucketCount) }

    private static func memoryBytes(_ bucketCount: Int) -> Int {
        64 + ProcessMemory.allocationBytes(for: bucketCount * Bucket.byteCount)
    }

    /// The next larger number of buckets: 1, 2, 3, 4, 6, 8, 12, 16 and so on, sizes that an
    /// allocator has.
    static func bucketCount(after count: Int) -> Int {
        let power = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
        return count == power ? count + Swift.max(1, count / 2) : 2 * power
    }
}

// MARK: - Places

extension Segment {
    @inline(__always)
    func bucket(_ index: Int) -> Bucket {
        unsafe SegmentBucket(at: memory + index * Bucket.byteCount)
    }

    /// The bucket that a hash names: the 48 leading bits, those of the segment's prefix left out,
    /// as a fraction of 1, times the number of buckets.
    @inline(__always)
    func homeBucket(_ hash: UInt64) -> Int {
        let fraction = (hash & ~0xFFFF) &<< UInt64(truncatingIfNeeded: depth)
        return Int(truncatingIfNeeded: fraction.multipliedFullWidth(by: UInt64(bucketCount)).high)
    }

    @inline(__always)
    private func index(after bucket: Int) -> Int { bucket + 1 == bucketCount ? 0 : bucket + 1 }

    /// The first hash, of those with 48 leading bits and zeros behind, whose home is behind the
    /// home of this one; nil when no hash has one.
    func firstHash(behindHomeOf hash: UInt64) -> UInt64? {
        let prefix = hash & ~(UInt64.max >> UInt64(depth))
        let next = homeBucket(hash) + 1
        if next < bucketCount {
            // The least fraction of the next bucket, rounded up to what the 48 bits can tell.
            let unit = UInt64(1) << UInt64(16 + depth)
            let (quotient, rest) = UInt64(bucketCount).dividingFullWidth((UInt64(next), 0))
            let (least, overflow) = quotient.addingReportingOverflow(
                (rest == 0 ? 0 : 1) + (unit - 1))
            if !overflow { return prefix | (least & ~(unit - 1)) >> UInt64(depth) }
        }
        guard depth > 0 else { return nil }
        let (following, overflow) = prefix.addingReportingOverflow(1 << UInt64(64 - depth))
        return overflow ? nil : following
    }
}

// MARK: - Looking

extension Segment {
    /// The position of the element with this key, or nil.
    @inline(__always)
    func position(of key: Bytes, hash: UInt64) -> Position? {
        let tag = Bucket.tag(hash)
        let home = homeBucket(hash)
        var index = home
        while true {
            let bucket = bucket(index)
            let found = unsafe bucket.slot(tagged: tag) { element in
                unsafe element._withUnsafeGuaranteedRef { $0.tableKey == key }
            }
            if let found { return index << 5 | found }
            guard bucket.passed != 0 else { return nil }
            index = self.index(after: index)
            guard index != home else { return nil }
        }
    }

    @inline(__always)
    func reference(at position: Position) -> Unmanaged<Element> {
        unsafe bucket(position >> 5).element(at: position & 31)
    }

    /// Calls `body` with an element, without counting a reference.
    @inline(__always)
    func withElement<Result>(
        at position: Position, _ body: (borrowing Element?) -> Result
    ) -> Result {
        unsafe reference(at: position)._withUnsafeGuaranteedRef { body($0) }
    }

    /// The element in a slot of a bucket, or nil.
    func element(in bucket: Int, at slot: Int) -> Element? {
        let bucket = self.bucket(bucket)
        return bucket.isEmpty(slot) ? nil : unsafe bucket.element(at: slot).takeUnretainedValue()
    }

    /// Has the home bucket fetched.
    @inline(__always)
    func prefetchPlace(_ hash: UInt64) { bucket(homeBucket(hash)).prefetch() }

    /// Has `count` bytes fetched of the first element of the home bucket that has the hash's tag.
    @inline(__always)
    func prefetchElement(_ hash: UInt64, _ count: Int) {
        unsafe withLikelyElement(hash) { unsafe UnsafeRawPointer($0.toOpaque()).prefetch(count) }
    }

    /// Calls `body` with the first element of the home bucket that has the hash's tag.
    @inline(__always)
    func withLikelyElement(_ hash: UInt64, _ body: (Unmanaged<Element>) -> Void) {
        _ = unsafe bucket(homeBucket(hash)).slot(tagged: Bucket.tag(hash)) { element in
            unsafe body(element)
            return true
        }
    }

    /// Calls `body` with every element, without counting a reference for itself.
    @inline(__always)
    private func forEachReference(_ body: (Unmanaged<Element>) -> Void) {
        for index in 0..<bucketCount {
            let bucket = bucket(index)
            for slot in 0..<Bucket.slotCount where !bucket.isEmpty(slot) {
                unsafe body(bucket.element(at: slot))
            }
        }
    }

    /// Calls `body` with every element.
    func forEach(_ body: (Element) -> Void) {
        unsafe forEachReference { element in unsafe body(element.takeUnretainedValue()) }
    }

    /// Calls `body` with every element of the bucket that a hash names, and with some others.
    func forEach(nearHomeOf hash: UInt64, _ body: (Element) -> Void) {
        let home = homeBucket(hash)
        var index = home
        repeat {
            for slot in 0..<Bucket.slotCount {
                if let element = element(in: index, at: slot) { body(element) }
            }
            guard bucket(index).passed != 0 else { return }
            index = self.index(after: index)
        } while index != home
    }
}

// MARK: - Changing

extension Segment {
    /// Puts an element that is not here yet, with its reference; there must be an empty slot.
    func insert(_ element: Unmanaged<Element>, hash: UInt64) {
        precondition(count < capacity, "the segment is full")
        var index = homeBucket(hash)
        while true {
            let bucket = bucket(index)
            if let slot = bucket.emptySlot() {
                unsafe bucket.put(element, tag: Bucket.tag(hash), at: slot)
                count += 1
                return
            }
            bucket.countPassing()
            index = self.index(after: index)
        }
    }

    /// Takes out an element, whose hash this is, with its reference.
    func remove(at position: Position, hash: UInt64) -> Unmanaged<Element> {
        let element = unsafe reference(at: position)
        bucket(position >> 5).clear(position & 31)
        var index = homeBucket(hash)
        while index != position >> 5 {
            bucket(index).uncountPassing()
            index = self.index(after: index)
        }
        count -= 1
        return unsafe element
    }

    /// Whether the only reference to the element is the table's.
    func isUniquelyReferenced(_ position: Position) -> Bool {
        var element = unsafe reference(at: position).takeRetainedValue()
        defer { _ = unsafe Unmanaged.passRetained(element) }
        return isKnownUniquelyReferenced(&element)
    }

    /// Puts another element with the same key in an element's place.
    func replace(_ position: Position, with element: Element) {
        let bucket = bucket(position >> 5)
        let slot = position & 31
        let old = unsafe bucket.element(at: slot)
        unsafe bucket.put(.passRetained(element), tag: bucket.tag(at: slot), at: slot)
        unsafe old.release()
    }

    /// Moves all elements elsewhere: `body` gets each with its reference and its hash.
    func drain(_ hasher: SipHash, _ body: (Unmanaged<Element>, UInt64) -> Void) {
        prefetchElements(of: 0)
        for index in 0..<bucketCount {
            // Their keys lie all over the memory: by the time a bucket's turn comes, they are here.
            if index + 1 < bucketCount { prefetchElements(of: index + 1) }
            let bucket = bucket(index)
            for slot in 0..<Bucket.slotCount where !bucket.isEmpty(slot) {
                let element = unsafe bucket.element(at: slot)
                bucket.clear(slot)
                let hash = unsafe element._withUnsafeGuaranteedRef { hasher.hash($0.tableKey) }
                unsafe body(element, hash)
            }
        }
        count = 0
    }

    private func prefetchElements(of index: Int) {
        let bucket = bucket(index)
        for slot in 0..<Bucket.slotCount where !bucket.isEmpty(slot) {
            unsafe UnsafeRawPointer(bucket.element(at: slot).toOpaque()).prefetch(64)
        }
    }

    /// A segment with so many buckets that has all elements of this one, which has none any more.
    func resized(to bucketCount: Int, _ hasher: SipHash) -> Segment {
        let resized = Segment(depth: depth, bucketCount: bucketCount, epoch: epoch)
        unsafe drain(hasher) { element, hash in unsafe resized.insert(element, hash: hash) }
        return resized
    }

    /// Puts an element, in a larger segment in place of this one if it is full.
    static func insert(
        _ element: Unmanaged<Element>, hash: UInt64, _ hasher: SipHash, into segment: inout Segment
    ) {
        while segment.isFull {
            segment = segment.resized(to: bucketCount(after: segment.bucketCount), hasher)
        }
        unsafe segment.insert(element, hash: hash)
    }

    /// A segment with the same elements in the same places.
    func clone(epoch: UInt64) -> Segment {
        let copy = Segment(depth: depth, bucketCount: bucketCount, epoch: epoch)
        unsafe copy.memory.copyMemory(from: memory, byteCount: bucketCount * Bucket.byteCount)
        copy.count = count
        unsafe forEachReference { element in _ = unsafe element.retain() }
        return copy
    }
}
