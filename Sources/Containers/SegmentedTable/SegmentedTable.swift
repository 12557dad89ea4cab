// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What a ``SegmentedTable`` holds: an object that knows its key.
public protocol TableElement: AnyObject {
    /// The key's bytes, which never change while the element is in a table.
    var tableKey: Bytes { get }
    /// Has the memory fetched that the element points to, if it does.
    func prefetchValue()
}

extension TableElement {
    public func prefetchValue() {}
}

/// A hash table that never stalls: it grows and shrinks one segment at a time.
///
/// Extendible hashing (Fagin et al., 1979). A directory indexed by the leading hash bits names
/// segments of up to 1,024 slots; a full segment splits in two, and only when it is as deep as the
/// directory does the directory double, which copies 8 bytes a segment. A table of 50 million keys
/// has about 80,000 segments, so the largest step is a copy of 640 KB. Sketch of the memory: 9
/// bytes a slot at 43 to 86 % full are 10 to 21 bytes an element. A small table is one segment that
/// starts with 16 slots.
///
/// Elements are kept in the order of their hashes at bucket granularity, so a cursor is a hash: see
/// ``scan(from:_:)``. A ``snapshot()`` is O(segments); after it the table copies a segment before
/// it changes it. Not thread-safe; a snapshot may be read by another thread.
@safe
public struct SegmentedTable<Element: TableElement>: ~Copyable {
    /// The number of elements.
    public private(set) var count = 0
    private let hasher: SipHash
    private var directory: UnsafeMutablePointer<Unmanaged<Segment<Element>>>
    private var directoryBits = 0
    private var segmentCount = 1
    private var epoch: UInt64 = 0
    /// Shared with every living snapshot and copy.
    private var token = SnapshotToken()

    static var maximumBucketBits: Int { 6 }
    /// Hash bits a cursor can tell apart; segments do not split further.
    static var cursorBits: Int { 48 }

    public init(hasher: SipHash) {
        self.hasher = hasher
        unsafe directory = .allocate(capacity: 1)
        let first = Segment<Element>(depth: 0, bucketBits: 0, epoch: 0)
        unsafe directory.initialize(to: Unmanaged.passRetained(first))
    }

    private init(sharing other: borrowing SegmentedTable) {
        hasher = other.hasher
        count = other.count
        directoryBits = other.directoryBits
        segmentCount = other.segmentCount
        epoch = other.epoch
        token = other.token
        let size = 1 << other.directoryBits
        unsafe directory = .allocate(capacity: size)
        unsafe directory.initialize(from: other.directory, count: size)
        unsafe forEachSegment { segment in _ = unsafe segment.retain() }
    }

    deinit {
        unsafe forEachSegment { segment in unsafe segment.release() }
        unsafe directory.deallocate()
    }
}

final class SnapshotToken: Sendable {}

extension SegmentedTable {
    @inline(__always)
    public func hash(_ key: Bytes) -> UInt64 { hasher.hash(key) }

    @inline(__always)
    private func directoryIndex(_ hash: UInt64) -> Int {
        directoryBits == 0 ? 0 : Int(truncatingIfNeeded: hash >> UInt64(64 - directoryBits))
    }

    /// The element with this key, or nil. O(1).
    public func find(_ key: Bytes) -> Element? {
        find(key, hash: hash(key))
    }

    /// The element with this key and its hash, or nil. O(1).
    public func find(_ key: Bytes, hash: UInt64) -> Element? {
        unsafe directory[directoryIndex(hash)]._withUnsafeGuaranteedRef { segment in
            if let slot = segment.slot(of: key, hash: hash) { return segment.element(at: slot) }
            if segment.overflow.isEmpty { return nil }
            return segment.overflow.first { $0.tableKey == key }
        }
    }

    /// Calls `body` with the element with this key and its hash, or nil, without counting a
    /// reference. `body` must not change the table. O(1).
    @inline(__always)
    public func withElement<Result>(
        _ key: Bytes, hash: UInt64, _ body: (borrowing Element?) -> Result
    ) -> Result {
        unsafe directory[directoryIndex(hash)]._withUnsafeGuaranteedRef { segment in
            if let slot = segment.slot(of: key, hash: hash) {
                return segment.withElement(at: slot) { body($0) }
            }
            if segment.overflow.isEmpty { return body(nil) }
            return body(segment.overflow.first { $0.tableKey == key })
        }
    }

    /// Has the buckets fetched where elements with this hash stand.
    @inline(__always)
    public func prefetchPlace(ofHash hash: UInt64) {
        unsafe directory[directoryIndex(hash)]._withUnsafeGuaranteedRef { $0.prefetchPlace(hash) }
    }

    /// Has an element fetched that is likely the one with this hash.
    @inline(__always)
    public func prefetchElement(ofHash hash: UInt64) {
        unsafe directory[directoryIndex(hash)]._withUnsafeGuaranteedRef { $0.prefetchElement(hash) }
    }

    /// Has the memory fetched to which the element points that is likely the one of the key with
    /// this hash; to be asked some time after ``prefetchElement(ofHash:)``.
    @inline(__always)
    public func prefetchValue(ofHash hash: UInt64) {
        unsafe directory[directoryIndex(hash)]._withUnsafeGuaranteedRef { $0.prefetchValue(hash) }
    }

    /// The element with this hash that satisfies a condition, or nil. O(1).
    public borrowing func first(hash: UInt64, where isWanted: (Element) -> Bool) -> Element? {
        unsafe directory[directoryIndex(hash)]._withUnsafeGuaranteedRef { segment in
            var found: Element?
            segment.forEach(nearBucket: segment.homeBucket(hash)) { element in
                if found == nil, isWanted(element) { found = element }
            }
            return found
        }
    }

    /// The element with this key, made private to the table by `clone` if a snapshot holds it too.
    ///
    /// Only an element got here may be changed. O(1).
    public mutating func findForUpdate(
        _ key: Bytes, hash: UInt64, clone: (Element) -> Element
    ) -> Element? {
        guard !isShared else { return findShared(key, hash: hash, clone: clone) }
        return find(key, hash: hash)
    }

    /// Whether a living snapshot or copy may share elements with the table.
    public var isShared: Bool {
        mutating get { !isKnownUniquelyReferenced(&token) }
    }

    private mutating func findShared(
        _ key: Bytes, hash: UInt64, clone: (Element) -> Element
    ) -> Element? {
        guard find(key, hash: hash) != nil else { return nil }
        let segment = writableSegment(hash)
        if let slot = segment.slot(of: key, hash: hash) {
            if !segment.isUniquelyReferenced(slot), let element = segment.element(at: slot) {
                segment.replace(slot, with: clone(element))
            }
            return segment.element(at: slot)
        }
        guard let index = segment.overflow.firstIndex(where: { $0.tableKey == key }) else {
            return nil
        }
        segment.overflow[index] = clone(segment.overflow[index])
        return segment.overflow[index]
    }

    /// Adds an element whose key is not in the table. Amortised O(1), worst case one split.
    public mutating func insert(_ element: Element, hash: UInt64) {
        count += 1
        while true {
            let segment = writableSegment(hash)
            if segment.insert(element, hash: hash) { return }
            if segment.bucketBits < Self.maximumBucketBits, segment.depth == 0 {
                grow(segment)
            } else if segment.depth + segment.bucketBits < Self.cursorBits {
                split(segment, hash: hash)
            } else {
                segment.overflow.append(element)
                segment.count += 1
                return
            }
        }
    }

    /// Puts `element` where the one with the same key stands.
    public mutating func replace(with element: Element, hash: UInt64) {
        let segment = writableSegment(hash)
        let key = element.tableKey
        if let slot = segment.slot(of: key, hash: hash) {
            segment.replace(slot, with: element)
        } else if let index = segment.overflow.firstIndex(where: { $0.tableKey == key }) {
            segment.overflow[index] = element
        }
    }

    /// Takes out the element with this key. O(1), and now and then one merge of two segments.
    @discardableResult
    public mutating func remove(_ key: Bytes, hash: UInt64) -> Element? {
        guard find(key, hash: hash) != nil else { return nil }
        let segment = writableSegment(hash)
        var removed: Element?
        if let slot = segment.slot(of: key, hash: hash) {
            removed = segment.remove(at: slot)
        } else if let index = segment.overflow.firstIndex(where: { $0.tableKey == key }) {
            removed = segment.overflow.remove(at: index)
            segment.count -= 1
        }
        count -= 1
        merge(segment, hash: hash)
        return removed
    }
}

// MARK: - Growing and shrinking

extension SegmentedTable {
    /// The segment of `hash`, copied first if a snapshot may be reading it.
    private mutating func writableSegment(_ hash: UInt64) -> Segment<Element> {
        let index = directoryIndex(hash)
        let segment = unsafe directory[index].takeUnretainedValue()
        guard segment.epoch != epoch else { return segment }
        if !isShared {
            segment.epoch = epoch
            return segment
        }
        let copy = segment.clone(epoch: epoch)
        install(copy, at: index)
        unsafe Unmanaged.passUnretained(segment).release()
        return copy
    }

    /// Points every directory entry of the segment's prefix at it. Takes one reference.
    private mutating func install(_ segment: Segment<Element>, at index: Int) {
        let span = 1 << (directoryBits - segment.depth)
        let first = index & ~(span - 1)
        let unmanaged = unsafe Unmanaged.passRetained(segment)
        for entry in first..<(first + span) { unsafe directory[entry] = unmanaged }
    }

    /// Doubles the buckets of the only segment.
    private mutating func grow(_ segment: Segment<Element>) {
        let larger = Segment<Element>(
            depth: 0, bucketBits: segment.bucketBits + 1, epoch: epoch)
        rehash(segment) { element, hash in
            if !larger.insert(element, hash: hash) {
                larger.overflow.append(element)
                larger.count += 1
            }
        }
        install(larger, at: 0)
        unsafe Unmanaged.passUnretained(segment).release()
    }

    private mutating func split(_ segment: Segment<Element>, hash: UInt64) {
        if segment.depth == directoryBits { doubleDirectory() }
        let depth = segment.depth + 1
        let low = Segment<Element>(depth: depth, bucketBits: segment.bucketBits, epoch: epoch)
        let high = Segment<Element>(depth: depth, bucketBits: segment.bucketBits, epoch: epoch)
        rehash(segment) { element, hash in
            let half = hash >> UInt64(64 - depth) & 1 == 0 ? low : high
            if !half.insert(element, hash: hash) {
                half.overflow.append(element)
                half.count += 1
            }
        }
        let bit = 1 << (directoryBits - depth)
        let index = directoryIndex(hash)
        install(low, at: index & ~bit)
        install(high, at: index | bit)
        segmentCount += 1
        unsafe Unmanaged.passUnretained(segment).release()
    }

    private func rehash(_ segment: Segment<Element>, _ body: (Element, UInt64) -> Void) {
        segment.forEach { element in body(element, hash(element.tableKey)) }
    }

    private mutating func doubleDirectory() {
        let size = 1 << directoryBits
        let larger = UnsafeMutablePointer<Unmanaged<Segment<Element>>>.allocate(capacity: size * 2)
        for index in 0..<size {
            unsafe (larger + index * 2).initialize(to: directory[index])
            unsafe (larger + index * 2 + 1).initialize(to: directory[index])
        }
        unsafe directory.deallocate()
        unsafe directory = larger
        directoryBits += 1
    }

    /// Joins a segment with its twin once both together fill less than a quarter of one.
    private mutating func merge(_ segment: Segment<Element>, hash: UInt64) {
        if segment.depth == 0 {
            shrink(segment)
            return
        }
        guard segment.count * 8 < segment.capacity else { return }
        let bit = 1 << (directoryBits - segment.depth)
        let index = directoryIndex(hash)
        let twin = unsafe directory[index ^ bit].takeUnretainedValue()
        guard twin.depth == segment.depth, (twin.count + segment.count) * 4 < segment.capacity
        else { return }
        let joined = Segment<Element>(
            depth: segment.depth - 1, bucketBits: segment.bucketBits, epoch: epoch)
        for half in [segment, twin] {
            rehash(half) { element, hash in
                if !joined.insert(element, hash: hash) {
                    joined.overflow.append(element)
                    joined.count += 1
                }
            }
        }
        install(joined, at: index)
        segmentCount -= 1
        unsafe Unmanaged.passUnretained(segment).release()
        unsafe Unmanaged.passUnretained(twin).release()
        if segmentCount == 1 { resetDirectory(to: joined) }
    }

    /// Halves the buckets of the only segment while it is less than an eighth full.
    private mutating func shrink(_ segment: Segment<Element>) {
        guard segment.bucketBits > 0, segment.count * 8 < segment.capacity else { return }
        let smaller = Segment<Element>(
            depth: 0, bucketBits: segment.bucketBits - 1, epoch: epoch)
        rehash(segment) { element, hash in
            if !smaller.insert(element, hash: hash) {
                smaller.overflow.append(element)
                smaller.count += 1
            }
        }
        install(smaller, at: 0)
        unsafe Unmanaged.passUnretained(segment).release()
    }

    private mutating func resetDirectory(to segment: Segment<Element>) {
        unsafe directory.deallocate()
        unsafe directory = .allocate(capacity: 1)
        unsafe directory.initialize(to: Unmanaged.passUnretained(segment))
        directoryBits = 0
    }

    private borrowing func forEachSegment(_ body: (Unmanaged<Segment<Element>>) -> Void) {
        var index = 0
        while index < 1 << directoryBits {
            let segment = unsafe directory[index]
            let depth = unsafe segment._withUnsafeGuaranteedRef { $0.depth }
            unsafe body(segment)
            index += 1 << (directoryBits - depth)
        }
    }
}

// MARK: - Going through

extension SegmentedTable {
    /// Calls `body` with the elements of the bucket that `cursor` stands in, and returns the next
    /// cursor, 0 at the end.
    ///
    /// A full iteration starts and ends at 0 and brings every element that was there all the
    /// time, once, whatever grows, splits or merges meanwhile: a cursor is a place in hash order
    /// (the leading 48 bits), and so is an element.
    public borrowing func scan(from cursor: UInt64, _ body: (Element) -> Void) -> UInt64 {
        let start = cursor << UInt64(64 - Self.cursorBits)
        let segment = unsafe directory[directoryIndex(start)].takeUnretainedValue()
        let bits = segment.depth + segment.bucketBits
        let bucket = segment.homeBucket(start)
        // The bucket's range of hashes is [first, last].
        let last = bits == 0 ? UInt64.max : start | (UInt64.max >> UInt64(bits))
        segment.forEach(nearBucket: bucket) { element in
            let hash = hash(element.tableKey)
            if hash >= start, hash <= last { body(element) }
        }
        return last == .max ? 0 : (last &+ 1) >> UInt64(64 - Self.cursorBits)
    }

    /// Calls `body` with every element, in no useful order.
    public borrowing func forEach(_ body: (Element) -> Void) {
        unsafe forEachSegment { segment in
            unsafe segment._withUnsafeGuaranteedRef { segment in segment.forEach(body) }
        }
    }

    /// A random element, every one about equally likely; nil in an empty table.
    public borrowing func randomElement(using random: RandomStream) -> Element? {
        guard count > 0 else { return nil }
        while true {
            let segment =
                unsafe directory[random.below(1 << directoryBits)].takeUnretainedValue()
            // A shallow segment stands in several directory entries; that makes up for the more
            // hashes that it covers, so rejecting by slot keeps elements equally likely.
            let slots = segment.capacity
            for _ in 0..<8 {
                let slot = random.below(slots + segment.overflow.count)
                if slot >= slots { return segment.overflow[slot - slots] }
                if let element = segment.element(at: slot) { return element }
            }
        }
    }

    /// Bytes the table itself takes, without its elements. O(1).
    public borrowing func memoryBytes() -> Int {
        // Segments are all of one size, but for the only one of a small table.
        let first = unsafe directory[0]
        return unsafe first._withUnsafeGuaranteedRef { first in
            (8 << directoryBits) + segmentCount * first.memoryBytes
        }
    }

    /// A second table with the same elements. Both may change: whichever does so first copies the
    /// segment concerned, and an element got from ``findForUpdate(_:hash:clone:)``. O(segments).
    public mutating func copy() -> SegmentedTable {
        // From here on every segment belongs to an epoch before both tables' own.
        epoch &+= 1
        return SegmentedTable(sharing: self)
    }

    /// The table as it is now, for another thread to read while this one goes on. O(segments).
    public mutating func snapshot() -> TableSnapshot<Element> {
        var segments: [Segment<Element>] = []
        segments.reserveCapacity(segmentCount)
        unsafe forEachSegment { segment in unsafe segments.append(segment.takeUnretainedValue()) }
        epoch &+= 1
        return TableSnapshot(segments: segments, count: count, token: token)
    }
}

/// A table at one moment. The elements in it do not change; it may be read on any thread.
public struct TableSnapshot<Element: TableElement>: @unchecked Sendable {
    private let segments: [Segment<Element>]
    /// The number of elements.
    public let count: Int
    private let token: SnapshotToken

    init(segments: [Segment<Element>], count: Int, token: SnapshotToken) {
        self.segments = segments
        self.count = count
        self.token = token
    }

    /// Calls `body` with every element, in no useful order.
    public func forEach<Failure: Error>(_ body: (Element) throws(Failure) -> Void) throws(Failure) {
        for segment in segments {
            var elements: [Element] = []
            elements.reserveCapacity(segment.count)
            segment.forEach { elements.append($0) }
            for element in elements { try body(element) }
        }
    }
}
