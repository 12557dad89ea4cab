// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A set of byte strings, of any number, that grows without a stall and is copied without copying.
///
/// Linear hashing (Litwin, 1980) over chunks of about 64 members: the lowest hash bits choose the
/// chunk, and whenever the chunks are too full on average the next one in turn splits in two. No
/// directory, no pointer a member: a member costs its bytes, one for its count, four for its place
/// and one of its hash, and the slack of its chunk. Large members make chunks of fewer.
///
/// A ``copy()`` shares all chunks; either set copies a chunk before it changes it. Views of members
/// are good until the next change. Not thread-safe; a copy may be read by another thread.
public final class PackedHashSet {
    /// The number of members.
    public private(set) var count = 0
    /// Bytes of all records.
    private var recordBytes = 0
    /// No chunk has more members.
    private var mostInChunk = 0
    /// The logarithm of the number of chunks, rounded down.
    private var level = 0
    private let hasher: SipHash
    private var chunks: ContiguousArray<PackedHashChunk>

    private static var membersOfChunk: Int { 64 }
    private static var bytesOfChunk: Int { 16 * 1024 }
    /// Hash bits that a cursor can tell apart.
    private static var cursorBits: Int { 48 }

    public init(hasher: SipHash) {
        self.hasher = hasher
        chunks = [PackedHashChunk.make(slots: 0, bytes: 0)]
    }

    private init(sharing other: PackedHashSet) {
        count = other.count
        recordBytes = other.recordBytes
        mostInChunk = other.mostInChunk
        level = other.level
        hasher = other.hasher
        chunks = other.chunks
    }

    /// An equal set. O(1), and O(chunks) before the first change of either.
    public func copy() -> PackedHashSet { PackedHashSet(sharing: self) }
}

extension PackedHashSet {
    @inline(__always)
    private func chunkIndex(_ hash: UInt64) -> Int {
        let index = Int(truncatingIfNeeded: hash & ((1 << UInt64(level + 1)) - 1))
        return index < chunks.count ? index : index & ((1 << level) - 1)
    }

    private static func tag(_ hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash >> 56) }

    /// Calls `body` with a chunk that is not retained for it, which would cost as much as the rest
    /// of a look-up.
    @inline(__always)
    private func withChunk<Result>(
        _ index: Int, _ body: (Unmanaged<PackedHashChunk>) -> Result
    ) -> Result {
        precondition(index < chunks.count)
        let chunk = unsafe chunks.withUnsafeBytes {
            unsafe $0.load(fromByteOffset: index * 8, as: Unmanaged<PackedHashChunk>.self)
        }
        return unsafe body(chunk)
    }

    /// Where a member stands in its chunk.
    @inline(__always)
    private func slot(of member: Bytes, _ hash: UInt64, in index: Int) -> Int? {
        unsafe withChunk(index) {
            unsafe $0._withUnsafeGuaranteedRef { $0.slot(of: member, tag: Self.tag(hash)) }
        }
    }

    /// Has the chunk fetched where a member would stand, and returns the member's hash.
    @inline(__always)
    public func prefetchPlace(of member: Bytes) -> UInt64 {
        let hash = hasher.hash(member)
        unsafe withChunk(chunkIndex(hash)) {
            unsafe UnsafeRawPointer($0.toOpaque()).prefetch(PackedHashChunk.indexBytes)
        }
        return hash
    }

    /// Has the member fetched that is likely the one with this hash.
    @inline(__always)
    public func prefetchMember(ofHash hash: UInt64) {
        unsafe withChunk(chunkIndex(hash)) {
            unsafe $0._withUnsafeGuaranteedRef { $0.prefetchMember(tagged: Self.tag(hash)) }
        }
    }

    /// Whether the member is in. O(1).
    public func contains(_ member: Bytes) -> Bool {
        let hash = hasher.hash(member)
        return slot(of: member, hash, in: chunkIndex(hash)) != nil
    }

    /// Adds a member; false when it is in already. O(1): at most a few chunks are split. The bytes
    /// must not be a view of this set.
    @discardableResult
    public func insert(_ member: Bytes) -> Bool {
        let hash = hasher.hash(member)
        let index = chunkIndex(hash)
        guard slot(of: member, hash, in: index) == nil else { return false }
        let size = PackedHashChunk.recordBytes(member)
        makeWritable(index, addingBytes: size)
        chunks[index].append(member, tag: Self.tag(hash))
        count += 1
        recordBytes += size
        mostInChunk = Swift.max(mostInChunk, chunks[index].count)
        while count > chunks.count * Self.membersOfChunk
            || recordBytes > chunks.count * Self.bytesOfChunk
        {
            split()
        }
        return true
    }

    /// Removes a member; false when it is not in. O(1): now and then two chunks are joined.
    @discardableResult
    public func remove(_ member: Bytes) -> Bool {
        let hash = hasher.hash(member)
        let index = chunkIndex(hash)
        guard let slot = slot(of: member, hash, in: index) else { return false }
        remove(at: slot, of: index)
        return true
    }

    private func remove(at slot: Int, of index: Int) {
        makeWritable(index, addingBytes: nil)
        recordBytes -= PackedHashChunk.recordBytes(chunks[index].member(at: slot))
        chunks[index].remove(at: slot)
        count -= 1
        if chunks[index].isWasteful {
            chunks[index] = chunks[index].copy(addingSlots: 0, bytes: 0)
        }
        while chunks.count > 1, count * 4 < chunks.count * Self.membersOfChunk,
            recordBytes * 4 < chunks.count * Self.bytesOfChunk
        {
            join()
        }
    }

    /// Makes a chunk private to this set, and gives it room for another member if it is to get one.
    private func makeWritable(_ index: Int, addingBytes bytes: Int?) {
        let isUnique = isKnownUniquelyReferenced(&chunks[index])
        guard let bytes else {
            if !isUnique { chunks[index] = chunks[index].copy(addingSlots: 0, bytes: 0) }
            return
        }
        let chunk = chunks[index]
        if isUnique, chunk.hasRoom(for: bytes) { return }
        // Room grows by an eighth, so that the slack stays small.
        chunks[index] = chunk.copy(
            addingSlots: Swift.max(1, chunk.count / 8), bytes: bytes + chunk.usedBytes / 8)
    }

    /// Splits the next chunk in turn.
    private func split() {
        let bit: UInt64 = 1 << UInt64(level)
        let source = chunks.count - (1 << level)
        let old = chunks[source]
        var moved = (slots: 0, bytes: 0)
        var moves = [Bool](repeating: false, count: old.count)
        for slot in 0..<old.count {
            let member = old.member(at: slot)
            guard hasher.hash(member) & bit != 0 else { continue }
            moves[slot] = true
            moved.slots += 1
            moved.bytes += PackedHashChunk.recordBytes(member)
        }
        let low = PackedHashChunk.make(
            slots: old.count - moved.slots, bytes: old.usedBytes - moved.bytes)
        let high = PackedHashChunk.make(slots: moved.slots, bytes: moved.bytes)
        for slot in 0..<old.count {
            let member = old.member(at: slot)
            (moves[slot] ? high : low).append(member, tag: Self.tag(hasher.hash(member)))
        }
        chunks[source] = low
        chunks.append(high)
        if chunks.count == 1 << (level + 1) { level += 1 }
    }

    /// Takes the last split back.
    private func join() {
        guard chunks.count > 1, let last = chunks.popLast() else { return }
        if chunks.count < 1 << level { level -= 1 }
        let index = chunks.count - (1 << level)
        let joined = chunks[index].copy(addingSlots: last.count, bytes: last.usedBytes)
        for slot in 0..<last.count {
            let member = last.member(at: slot)
            joined.append(member, tag: Self.tag(hasher.hash(member)))
        }
        chunks[index] = joined
        mostInChunk = Swift.max(mostInChunk, joined.count)
        // What the fullest chunk had long ago would make drawing at random slow.
        if chunks.count == 1 << level { mostInChunk = chunks.reduce(0) { Swift.max($0, $1.count) } }
    }

    /// Bytes the set takes, extrapolated from `samples` chunks; 0 means all.
    public func memoryBytes(samples: Int) -> Int {
        let looked = samples == 0 ? chunks.count : Swift.min(samples, chunks.count)
        var bytes = 0
        for index in 0..<looked { bytes += chunks[index].memoryBytes }
        if looked < chunks.count { bytes = bytes / looked * chunks.count }
        return 96 + 48 + chunks.capacity * 8 + bytes
    }
}

// MARK: - Going through

extension PackedHashSet {
    /// Calls `body` with every member, in no useful order.
    public func forEach<Failure: Error>(_ body: (Bytes) throws(Failure) -> Void) throws(Failure) {
        for chunk in chunks {
            for slot in 0..<chunk.count { try body(chunk.member(at: slot)) }
        }
    }

    /// Calls `body` with some members, about `count` at most unless chance has it, and returns the
    /// cursor to go on with, 0 at the end.
    ///
    /// A full iteration starts and ends at 0 and brings every member that was in all the time,
    /// once, whatever splits or joins meanwhile: a cursor is a place in the order of the hashes'
    /// bits, the lowest first (48 of them), and in this order a chunk's members stand together.
    public func scan(from cursor: UInt64, count: Int, _ body: (Bytes) -> Void) -> UInt64 {
        let start = cursor << UInt64(64 - Self.cursorBits)
        let index = chunkIndex(Self.reversed(start))
        let chunk = chunks[index]
        // How many bits of the place all members of the chunk share.
        let isSplit = index >= 1 << level || index + (1 << level) < chunks.count
        var bits = isSplit ? level + 1 : level
        var expected = chunk.count
        while expected > count, bits < Self.cursorBits {
            expected /= 2
            bits += 1
        }
        // The places in question are [start, last].
        let last = bits == 0 ? UInt64.max : start | (UInt64.max >> UInt64(bits))
        for slot in 0..<chunk.count {
            let member = chunk.member(at: slot)
            let place = Self.reversed(hasher.hash(member))
            if place >= start, place <= last { body(member) }
        }
        return last == .max ? 0 : (last &+ 1) >> UInt64(64 - Self.cursorBits)
    }

    private static func reversed(_ word: UInt64) -> UInt64 {
        var word = word.byteSwapped
        word = (word >> 4) & 0x0F0F_0F0F_0F0F_0F0F | (word & 0x0F0F_0F0F_0F0F_0F0F) << 4
        word = (word >> 2) & 0x3333_3333_3333_3333 | (word & 0x3333_3333_3333_3333) << 2
        return (word >> 1) & 0x5555_5555_5555_5555 | (word & 0x5555_5555_5555_5555) << 1
    }

    /// A random member, all equally likely, with a number that tells it from others until the next
    /// change; nil when there is none. Expected O(1).
    public func randomMember(using random: RandomStream) -> (member: Bytes, number: Int)? {
        guard count > 0 else { return nil }
        while true {
            let index = random.below(chunks.count)
            let slot = random.below(mostInChunk)
            let chunk = chunks[index]
            if slot < chunk.count { return (chunk.member(at: slot), index << 32 | slot) }
        }
    }
}
