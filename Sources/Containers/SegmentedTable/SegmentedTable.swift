// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What a ``SegmentedTable`` holds: an object that knows its key.
public protocol TableElement: AnyObject {
    /// The key's bytes, which never change while the element is in a table.
    var tableKey: Bytes { get }
}

/// A hash table that never stalls: it grows and shrinks one segment at a time.
///
/// Extendible hashing (Fagin et al., 1979). A directory (``SegmentDirectory``) indexed by the
/// leading hash bits names segments of up to 96 buckets of 18 slots. A segment seven eighths full
/// becomes one of half as many buckets again, or, with 96, two of 64; so no step moves more
/// than 1,512 elements, nor allocates more than 17 KB. Sketch of the memory: 7.1 bytes a slot at 58
/// to 87 % full are 8 to 12 bytes an element. A small table is one segment that starts with 18
/// slots.
///
/// Elements are kept in the order of their hashes at bucket granularity, so a cursor is a hash: see
/// ``scan(from:_:)``. A ``snapshot()`` is O(segments); after it the table copies a segment before
/// it changes it. Not thread-safe; a snapshot may be read by another thread.
@safe
public struct SegmentedTable<Element: TableElement>: ~Copyable {
    /// The number of elements.
    public private(set) var count = 0
    private let hasher: SipHash
    private var directory: SegmentDirectory<Element>
    private var segmentCount = 1
    /// Bytes of all segments.
    private var segmentBytes: Int
    private var epoch: UInt64 = 0
    /// Shared with every living snapshot and copy.
    private var token = SnapshotToken()

    /// Hash bits a cursor can tell apart.
    static var cursorBits: Int { 48 }

    public init(hasher: SipHash) {
        self.hasher = hasher
        let first = Segment<Element>(depth: 0, bucketCount: 1, epoch: 0)
        directory = SegmentDirectory(first)
        segmentBytes = first.memoryBytes
        _ = unsafe Unmanaged.passRetained(first)
    }

    private init(sharing other: borrowing SegmentedTable) {
        hasher = other.hasher
        count = other.count
        segmentCount = other.segmentCount
        segmentBytes = other.segmentBytes
        epoch = other.epoch
        token = other.token
        directory = SegmentDirectory(copying: other.directory)
        unsafe forEachSegment { segment in _ = unsafe segment.retain() }
    }

    deinit {
        unsafe forEachSegment { segment in unsafe segment.release() }
    }
}

final class SnapshotToken: Sendable {}

extension SegmentedTable {
    @inline(__always)
    public func hash(_ key: Bytes) -> UInt64 { hasher.hash(key) }

    /// The element with this key, or nil. O(1).
    public func find(_ key: Bytes) -> Element? {
        find(key, hash: hash(key))
    }

    /// The element with this key and its hash, or nil. O(1).
    public func find(_ key: Bytes, hash: UInt64) -> Element? {
        unsafe directory[hash]._withUnsafeGuaranteedRef { segment in
            segment.position(of: key, hash: hash).map {
                unsafe segment.reference(at: $0).takeUnretainedValue()
            }
        }
    }

    /// Calls `body` with the element with this key and its hash, or nil, without counting a
    /// reference. `body` must not change the table. O(1).
    @inline(__always)
    public func withElement<Result>(
        _ key: Bytes, hash: UInt64, _ body: (borrowing Element?) -> Result
    ) -> Result {
        unsafe directory[hash]._withUnsafeGuaranteedRef { segment in
            guard let position = segment.position(of: key, hash: hash) else { return body(nil) }
            return segment.withElement(at: position) { body($0) }
        }
    }

    /// Has the bucket fetched where elements with this hash stand.
    @inline(__always)
    public func prefetchPlace(ofHash hash: UInt64) {
        unsafe directory[hash]._withUnsafeGuaranteedRef { $0.prefetchPlace(hash) }
    }

    /// Has the place fetched where the element with this key stands, and returns its hash.
    @inline(__always)
    public func prefetchPlace(of key: Bytes) -> UInt64 {
        let hash = hash(key)
        prefetchPlace(ofHash: hash)
        return hash
    }

    /// Has the first `count` bytes fetched of the element that is likely the one with this hash.
    @inline(__always)
    public func prefetchElement(ofHash hash: UInt64, _ count: Int) {
        unsafe directory[hash]._withUnsafeGuaranteedRef { $0.prefetchElement(hash, count) }
    }

    /// Calls `body` with the element that is likely the one with this hash, without counting a
    /// reference; to be asked some time after ``prefetchElement(ofHash:_:)``.
    @inline(__always)
    public func withLikelyElement(ofHash hash: UInt64, _ body: (borrowing Element) -> Void) {
        unsafe directory[hash]._withUnsafeGuaranteedRef { segment in
            unsafe segment.withLikelyElement(hash) { element in
                unsafe element._withUnsafeGuaranteedRef { body($0) }
            }
        }
    }

    /// The element with this hash that satisfies a condition, or nil. O(1).
    public borrowing func first(hash: UInt64, where isWanted: (Element) -> Bool) -> Element? {
        unsafe directory[hash]._withUnsafeGuaranteedRef { segment in
            var found: Element?
            segment.forEach(nearHomeOf: hash) { element in
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
        guard let position = segment.position(of: key, hash: hash) else { return nil }
        if !segment.isUniquelyReferenced(position) {
            let element = unsafe segment.reference(at: position).takeUnretainedValue()
            segment.replace(position, with: clone(element))
        }
        return unsafe segment.reference(at: position).takeUnretainedValue()
    }

    /// Adds an element whose key is not in the table. Amortised O(1), worst case one split.
    public mutating func insert(_ element: Element, hash: UInt64) {
        count += 1
        var segment = writableSegment(hash)
        while segment.isFull { segment = enlarge(segment, for: hash) }
        unsafe segment.insert(.passRetained(element), hash: hash)
    }

    /// Puts `element` where the one with the same key stands.
    public mutating func replace(with element: Element, hash: UInt64) {
        let segment = writableSegment(hash)
        if let position = segment.position(of: element.tableKey, hash: hash) {
            segment.replace(position, with: element)
        }
    }

    /// Takes out the element with this key. O(1), and now and then one merge of two segments.
    @discardableResult
    public mutating func remove(_ key: Bytes, hash: UInt64) -> Element? {
        guard find(key, hash: hash) != nil else { return nil }
        let segment = writableSegment(hash)
        guard let position = segment.position(of: key, hash: hash) else { return nil }
        let removed = unsafe segment.remove(at: position, hash: hash)
        count -= 1
        shrink(segment, hash: hash)
        return unsafe removed.takeRetainedValue()
    }
}

// MARK: - Growing and shrinking

extension SegmentedTable {
    /// The segment of `hash`, copied first if a snapshot may be reading it.
    private mutating func writableSegment(_ hash: UInt64) -> Segment<Element> {
        let segment = unsafe directory[hash].takeUnretainedValue()
        guard segment.epoch != epoch else { return segment }
        if !isShared {
            segment.epoch = epoch
            return segment
        }
        let copy = segment.clone(epoch: epoch)
        install(copy, hash)
        discard(segment)
        return copy
    }

    /// Lets a segment have the hashes that share its prefix with this one. Takes one reference.
    private mutating func install(_ segment: Segment<Element>, _ hash: UInt64) {
        directory.put(segment, for: hash)
        segmentCount += 1
        segmentBytes += segment.memoryBytes
        _ = unsafe Unmanaged.passRetained(segment)
    }

    /// Gives the reference to a segment back whose hashes others have.
    private mutating func discard(_ segment: Segment<Element>) {
        segmentCount -= 1
        segmentBytes -= segment.memoryBytes
        unsafe Unmanaged.passUnretained(segment).release()
    }

    /// Makes room beside a hash; returns the segment that has it from now on.
    private mutating func enlarge(
        _ segment: Segment<Element>, for hash: UInt64
    ) -> Segment<Element> {
        if segment.bucketCount >= Segment<Element>.mostBuckets,
            segment.depth < Segment<Element>.mostDepth
        {
            return split(segment, for: hash)
        }
        return resize(segment, to: Segment<Element>.bucketCount(after: segment.bucketCount), hash)
    }

    private mutating func resize(
        _ segment: Segment<Element>, to bucketCount: Int, _ hash: UInt64
    ) -> Segment<Element> {
        let resized = segment.resized(to: bucketCount, hasher)
        install(resized, hash)
        discard(segment)
        return resized
    }

    private mutating func split(
        _ segment: Segment<Element>, for hash: UInt64
    ) -> Segment<Element> {
        let depth = segment.depth + 1
        directory.deepen(to: depth, for: hash)
        let bit = UInt64(1) << UInt64(64 - depth)
        var low = Segment<Element>(
            depth: depth, bucketCount: Segment<Element>.halfBuckets, epoch: epoch)
        var high = Segment<Element>(
            depth: depth, bucketCount: Segment<Element>.halfBuckets, epoch: epoch)
        unsafe segment.drain(hasher) { element, hash in
            if hash & bit == 0 {
                unsafe Segment.insert(element, hash: hash, hasher, into: &low)
            } else {
                unsafe Segment.insert(element, hash: hash, hasher, into: &high)
            }
        }
        install(low, hash & ~bit)
        install(high, hash | bit)
        discard(segment)
        return hash & bit == 0 ? low : high
    }

    /// Gives memory back: halves the buckets of a segment that is nearly empty, or joins it with
    /// its twin once both together fill less than a quarter of one.
    private mutating func shrink(_ segment: Segment<Element>, hash: UInt64) {
        let least = segment.depth == 0 ? 1 : Segment<Element>.halfBuckets
        if segment.bucketCount > least {
            guard segment.count * 4 < segment.capacity else { return }
            _ = resize(segment, to: Swift.max(segment.bucketCount / 2, least), hash)
        } else if segment.depth > 0, segment.count * 8 < segment.capacity {
            join(segment, hash: hash)
        }
    }

    private mutating func join(_ segment: Segment<Element>, hash: UInt64) {
        let bit = UInt64(1) << UInt64(64 - segment.depth)
        let isCandidate = unsafe directory[hash ^ bit]._withUnsafeGuaranteedRef { twin in
            twin.depth == segment.depth && (twin.count + segment.count) * 4 < segment.capacity
        }
        guard isCandidate else { return }
        let twin = writableSegment(hash ^ bit)
        let joined = Segment<Element>(
            depth: segment.depth - 1, bucketCount: Segment<Element>.halfBuckets, epoch: epoch)
        for half in [segment, twin] {
            unsafe half.drain(hasher) { element, hash in unsafe joined.insert(element, hash: hash) }
        }
        install(joined, hash)
        discard(segment)
        discard(twin)
        if segmentCount == 1 { directory = SegmentDirectory(joined) }
    }

    private borrowing func forEachSegment(_ body: (Unmanaged<Segment<Element>>) -> Void) {
        var hash: UInt64 = 0
        repeat {
            let segment = unsafe directory[hash]
            // 1 in the last place of the prefix; 0 for no prefix, or when the place overflows.
            hash &+= unsafe segment._withUnsafeGuaranteedRef { 1 << UInt64(64 - $0.depth) }
            unsafe body(segment)
        } while hash != 0
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
        let segment = unsafe directory[start].takeUnretainedValue()
        let end = segment.firstHash(behindHomeOf: start)
        segment.forEach(nearHomeOf: start) { element in
            let hash = hash(element.tableKey)
            if hash >= start, end.map({ hash < $0 }) ?? true { body(element) }
        }
        return end.map { $0 >> UInt64(64 - Self.cursorBits) } ?? 0
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
            let segment = unsafe directory[random.next()].takeUnretainedValue()
            // As if every segment had the most buckets: those with fewer miss more often, which
            // keeps elements equally likely.
            let most =
                segment.depth == 0
                ? segment.bucketCount
                : Swift.max(Segment<Element>.mostBuckets, segment.bucketCount)
            let bucket = random.below(most)
            guard bucket < segment.bucketCount else { continue }
            let slot = random.below(SegmentBucket<Element>.slotCount)
            if let element = segment.element(in: bucket, at: slot) { return element }
        }
    }

    /// Bytes the table itself takes, without its elements. O(1).
    public borrowing func memoryBytes() -> Int { directory.memoryBytes + segmentBytes }

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
