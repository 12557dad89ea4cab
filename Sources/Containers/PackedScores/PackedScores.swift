// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Few distinct names with a score each, in one piece of memory, ordered by score, then bytes.
///
/// A record is `(name bytes x 8 + form of the score) score name`, the first as a varint, the score
/// in the shortest form that gives it back exactly (``ScoreForm``). Sketch of the memory: a name of
/// 8 bytes takes 10 bytes with a score like 5, 11 with 500 or 0.25, 15 with a time in milliseconds,
/// where a listpack takes 12, 14 and 20. Everything is a walk along the records, O(bytes), which
/// for a hundred short names costs less than a tree would. Names are unique because the caller
/// looks before it adds. A view got from an item is good until the next change. Not thread-safe.
@safe
public struct PackedScores: ~Copyable {
    /// The records.
    public var buffer = PackedBuffer()

    public init() {}
}

extension PackedScores {
    /// A name with its score, and where it stands.
    public struct Item {
        /// Where the record begins.
        public let position: Int
        /// Where the next record begins.
        public let end: Int
        public let name: Bytes
        public let score: Double
    }

    /// The number of names.
    public var count: Int { buffer.count }

    public var isEmpty: Bool { buffer.count == 0 }

    /// The most names there may be.
    public static var mostNames: Int { PackedBuffer.mostRecords }

    /// Bytes of all records, which is also the position behind the last one.
    public var byteCount: Int { buffer.used }

    /// Bytes of memory held, used or not.
    public var memoryBytes: Int { buffer.memoryBytes }

    /// The item at a position: 0, or another item's ``Item/end`` that is not ``byteCount``.
    @inline(__always)
    public subscript(position: Int) -> Item {
        precondition(position >= 0 && position < byteCount, "no item stands there")
        var index = position
        let head = readVarint(&index)
        let form = ScoreForm(truncating: head)
        let score = unsafe form.read(UnsafeRawPointer(bytes + index))
        index += form.byteCount
        let nameCount = head >> ScoreForm.bits
        return unsafe Item(
            position: position, end: index + nameCount,
            name: Bytes(base: bytes + index, count: nameCount), score: score)
    }

    /// The item with a name and its index, or nil. O(bytes).
    public func find(_ name: Bytes) -> (item: Item, index: Int)? {
        var position = 0
        var index = 0
        while position < byteCount {
            let item = self[position]
            if item.name == name { return (item, index) }
            position = item.end
            index += 1
        }
        return nil
    }

    /// The position of the item with an index in `0...count`. O(bytes).
    public func position(of index: Int) -> Int {
        precondition(index >= 0 && index <= count, "index out of range")
        if index == count { return byteCount }
        var position = 0
        for _ in 0..<index { position = self[position].end }
        return position
    }

    /// Calls `body` with the items from a position on, in order, while it returns true.
    @inline(__always)
    public func walk(from start: Int = 0, _ body: (Item) -> Bool) {
        var position = start
        while position < byteCount {
            let item = self[position]
            guard body(item) else { return }
            position = item.end
        }
    }

    /// The same items in memory of their own.
    public func copy() -> PackedScores {
        var copy = PackedScores()
        copy.buffer = buffer.copy()
        return copy
    }
}

// MARK: - Changing

extension PackedScores {
    /// Makes room for so many bytes more, all at once.
    public mutating func reserve(_ additionalBytes: Int) {
        buffer.reserve(additionalBytes)
    }

    /// Adds a name that is new, where its score and bytes order it. The bytes must not be a view of
    /// this container. O(bytes).
    public mutating func insert(_ name: Bytes, _ score: Double) {
        let (form, payload) = ScoreForm.shortest(for: score)
        let head = name.count << ScoreForm.bits | Int(form.rawValue)
        let size = Self.varintBytes(head) + form.byteCount + name.count
        reserve(size)
        let position = place(of: name, score)
        move(from: position, to: position + size, byteCount - position)
        buffer.change(bytes: size, records: 1)
        var index = position
        writeVarint(head, &index)
        for offset in 0..<form.byteCount {
            unsafe bytes.storeBytes(
                of: UInt8(truncatingIfNeeded: payload >> UInt64(8 * offset)),
                toByteOffset: index + offset, as: UInt8.self)
        }
        index += form.byteCount
        if let first = unsafe name.buffer.baseAddress {
            unsafe (bytes + index).copyMemory(from: first, byteCount: name.count)
        }
    }

    public mutating func remove(_ item: Item) {
        remove(count: 1, from: item.position, to: item.end)
    }

    /// Takes away the items with indices in a part of `0..<count`. O(bytes).
    public mutating func removeSubrange(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let low = position(of: range.lowerBound)
        var high = low
        for _ in range { high = self[high].end }
        remove(count: range.count, from: low, to: high)
    }

    public mutating func removeAll() {
        self = PackedScores()
    }

    private mutating func remove(count: Int, from low: Int, to high: Int) {
        move(from: high, to: low, byteCount - high)
        buffer.change(bytes: low - high, records: -count)
        buffer.shrink()
    }

    /// Where an item with this score and name goes.
    private func place(of name: Bytes, _ score: Double) -> Int {
        var position = 0
        while position < byteCount {
            let item = self[position]
            if item.score > score || (item.score == score && item.name.compare(name) > 0) { break }
            position = item.end
        }
        return position
    }
}

extension PackedScores {
    /// The memory; there is some wherever this is asked for.
    private var bytes: UnsafeMutableRawPointer {
        @inline(__always) get { unsafe buffer.bytes }
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
        var number = 0
        var shift = 0
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
}
