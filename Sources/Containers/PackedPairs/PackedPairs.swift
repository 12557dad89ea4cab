// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Few pairs of a name and a value, each perhaps with a deadline, in one piece of memory.
///
/// A record is `(name bytes x 2 + has deadline) [deadline, 8 bytes] name value`, the first as a
/// varint, the value as ``PackedText`` has it, which packs integers: two bytes of overhead for
/// short texts, and one for integers up to 127. Records without a deadline stand in
/// the order of insertion behind those with one, which stand in the order of their deadlines; so
/// the first record is the first to end. Everything is a walk along the records, O(bytes), which
/// for a few hundred short pairs costs less than a hash table would. Names are unique because the
/// caller looks before it adds. A view got from a pair is good until the next change. Not
/// thread-safe.
@safe
public struct PackedPairs: ~Copyable {
    /// The deadline of a pair that stays.
    public static var noDeadline: Int64 { -1 }

    /// The records.
    public var buffer = PackedBuffer()

    public init() {}
}

extension PackedPairs {
    /// A pair, and where it stands.
    public struct Pair {
        /// Where the record begins.
        public let position: Int
        /// Where the next record begins.
        public let end: Int
        public let name: Bytes
        public let value: PackedText
        /// In the caller's unit, or ``PackedPairs/noDeadline``.
        public let deadline: Int64

        /// Whether the deadline has been reached.
        @inlinable
        public func hasEnded(at now: Int64) -> Bool {
            deadline != PackedPairs.noDeadline && deadline <= now
        }
    }

    /// The number of pairs.
    public var count: Int { buffer.count }

    public var isEmpty: Bool { buffer.count == 0 }

    /// The most pairs there may be.
    public static var mostPairs: Int { PackedBuffer.mostRecords }

    /// Bytes of all records, which is also the position behind the last one.
    public var byteCount: Int { buffer.used }

    /// Bytes of memory held, used or not.
    public var memoryBytes: Int { buffer.memoryBytes }

    /// The deadline that comes first, or ``noDeadline``.
    public var firstDeadline: Int64 { isEmpty ? Self.noDeadline : self[0].deadline }

    /// The pair at a position: 0, or another pair's ``Pair/end`` that is not ``byteCount``.
    @inline(__always)
    public subscript(position: Int) -> Pair {
        precondition(position >= 0 && position < byteCount, "no pair stands there")
        var index = position
        let head = readVarint(&index)
        return pair(at: position, head: head, &index)
    }

    /// The pair at a position, whose head ends before `index`.
    @inline(__always)
    private func pair(at position: Int, head: Int, _ index: inout Int) -> Pair {
        var deadline = Self.noDeadline
        if head & 1 != 0 {
            deadline = unsafe bytes.loadUnaligned(fromByteOffset: index, as: Int64.self)
            index += 8
        }
        let nameCount = head >> 1
        let value = unsafe UnsafeRawPointer(bytes + index + nameCount)
        return unsafe Pair(
            position: position, end: index + nameCount + PackedText.packedBytes(at: value),
            name: Bytes(base: bytes + index, count: nameCount), value: PackedText(at: value),
            deadline: deadline)
    }

    /// The pair with a name, or nil. O(bytes).
    public func find(_ name: Bytes) -> Pair? {
        let byteCount = byteCount
        var position = 0
        while position < byteCount {
            let start = position
            let head = readVarint(&position)
            let nameAt = position + (head & 1) * 8
            let found = unsafe Bytes(base: bytes + nameAt, count: head >> 1)
            if found == name { return pair(at: start, head: head, &position) }
            position = nameAt + head >> 1
            position += unsafe PackedText.packedBytes(at: bytes + position)
        }
        return nil
    }

    /// Calls `body` with every pair in order.
    @inline(__always)
    public func forEach<Failure: Error>(_ body: (Pair) throws(Failure) -> Void) throws(Failure) {
        var position = 0
        while position < byteCount {
            let pair = self[position]
            try body(pair)
            position = pair.end
        }
    }

    /// The same pairs in memory of their own.
    public func copy() -> PackedPairs {
        var copy = PackedPairs()
        copy.buffer = buffer.copy()
        return copy
    }
}

// MARK: - Changing

extension PackedPairs {
    /// Makes room for so many bytes more, all at once.
    public mutating func reserve(_ additionalBytes: Int) {
        buffer.reserve(additionalBytes)
    }

    /// Gives room back that nothing needs.
    public mutating func trim() { buffer.trim() }

    /// Adds a pair whose name is new: behind all others, or before the first that does not end
    /// earlier. The bytes must not be views of this container.
    public mutating func insert(_ name: Bytes, _ value: Bytes, deadline: Int64 = noDeadline) {
        insert(name, PackedText(detectingInteger: value), deadline: deadline)
    }

    private mutating func insert(_ name: Bytes, _ value: PackedText, deadline: Int64) {
        let hasDeadline = deadline != Self.noDeadline
        let head = name.count << 1 | (hasDeadline ? 1 : 0)
        let size =
            Self.varintBytes(head) + (hasDeadline ? 8 : 0) + name.count + value.packedBytes
        reserve(size)
        let position = hasDeadline ? firstPosition(from: deadline) : byteCount
        openGap(at: position, size)
        var index = position
        writeVarint(head, &index)
        if hasDeadline {
            unsafe bytes.storeBytes(of: deadline, toByteOffset: index, as: Int64.self)
            index += 8
        }
        write(name, &index)
        unsafe value.write(to: bytes + index)
    }

    /// Gives a pair another value and keeps its deadline and place. The bytes must not be a view
    /// of this container.
    public mutating func setValue(of pair: Pair, to value: Bytes) {
        let value = PackedText(detectingInteger: value)
        let start = pair.end - pair.value.packedBytes
        let end = start + value.packedBytes
        if end > pair.end { reserve(end - pair.end) }
        move(from: pair.end, to: end, byteCount - pair.end)
        unsafe value.write(to: bytes + start)
        buffer.change(bytes: end - pair.end, records: 0)
    }

    /// Gives a pair another deadline, or none, and the place that belongs to it.
    public mutating func setDeadline(of pair: Pair, to deadline: Int64) {
        let name = ByteString(pair.name)
        switch pair.value {
        case .integer:
            let value = pair.value
            remove(pair)
            name.withBytes { insert($0, value, deadline: deadline) }
        case .bytes(let bytes):
            let value = ByteString(bytes)
            remove(pair)
            name.withBytes { name in
                // Bytes that spell an integer are one already.
                value.withBytes { insert(name, .bytes($0), deadline: deadline) }
            }
        }
    }

    public mutating func remove(_ pair: Pair) {
        move(from: pair.end, to: pair.position, byteCount - pair.end)
        buffer.change(bytes: pair.position - pair.end, records: -1)
        buffer.shrink()
    }

    public mutating func removeAll() {
        self = PackedPairs()
    }
}

extension PackedPairs {
    /// The memory; there is some wherever this is asked for.
    private var bytes: UnsafeMutableRawPointer {
        @inline(__always) get { unsafe buffer.bytes }
    }

    /// Where a pair with this deadline goes.
    private func firstPosition(from deadline: Int64) -> Int {
        var position = 0
        while position < byteCount {
            let pair = self[position]
            if pair.deadline == Self.noDeadline || pair.deadline >= deadline { break }
            position = pair.end
        }
        return position
    }

    private mutating func openGap(at position: Int, _ size: Int) {
        move(from: position, to: position + size, byteCount - position)
        buffer.change(bytes: size, records: 1)
    }

    private func move(from source: Int, to target: Int, _ count: Int) {
        buffer.move(from: source, to: target, count)
    }

    private static func varintBytes(_ number: Int) -> Int {
        var rest = number >> 7
        var count = 1
        while rest > 0 {
            rest >>= 7
            count += 1
        }
        return count
    }

    @inline(__always)
    private func readVarint(_ index: inout Int) -> Int {
        let first = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
        index += 1
        if first < 0x80 { return Int(first) }
        var number = Int(first & 0x7F)
        var shift = 7
        while true {
            let byte = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
            index += 1
            number |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }

    private mutating func writeVarint(_ number: Int, _ index: inout Int) {
        var rest = number
        while rest >= 0x80 {
            let byte = UInt8(truncatingIfNeeded: rest) | 0x80
            unsafe bytes.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
            index += 1
            rest >>= 7
        }
        unsafe bytes.storeBytes(
            of: UInt8(truncatingIfNeeded: rest), toByteOffset: index, as: UInt8.self)
        index += 1
    }

    private mutating func write(_ source: Bytes, _ index: inout Int) {
        if let first = unsafe source.buffer.baseAddress {
            unsafe (bytes + index).copyMemory(from: first, byteCount: source.count)
        }
        index += source.count
    }
}
