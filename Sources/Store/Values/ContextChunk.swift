// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// The fixed part of a message in a ``ContextChunk``.
struct MessageRecord {
    struct Flags: OptionSet {
        let rawValue: UInt8

        static let estimated = Flags(rawValue: 1 << 0)
        static let calls = Flags(rawValue: 1 << 1)
        static let result = Flags(rawValue: 1 << 2)
        static let attribute = Flags(rawValue: 1 << 3)
        /// Makes calls or is a result: has ``AtomLinks``.
        static let member: Flags = [.calls, .result]
    }

    static var noVector: UInt16 { .max }

    var timeMilliseconds: Int64
    var tokens: UInt32
    /// Where the message's bytes begin.
    var offset: UInt32
    /// The message's number less the chunk's first.
    var seqOffset: UInt16
    var role: UInt16
    /// The index of the vector, or ``noVector``.
    var vector: UInt16
    var flags: Flags

    /// Whether the message belongs to an atom of calls and results.
    var isMember: Bool { !flags.isDisjoint(with: .member) }
}

/// How the messages of an atom hang together, by number; 0 is none.
///
/// An atom grows from its root, a message with calls that is no result; each further member is the
/// result of a call of an earlier one.
struct AtomLinks {
    static var byteCount: Int { 24 }

    /// In the root the number of the last member, in the others that of the root.
    var end: Int64
    var previous: Int64
    var next: Int64
}

/// Some consecutive messages of a ``ContextLog``, shared by its copies until one changes it.
///
/// The bytes of a message: links, if it is a member of an atom; the content; number and ids of
/// its calls, if any; the id of the call it is the result of; the attribute. Before each text its
/// length, in seven bits a byte, the lowest first.
final class ContextChunk {
    static var maximumCount: Int { 64 }
    static var maximumBytes: Int { 32 * 1024 }

    /// The number that the records' are relative to; stays when its message goes.
    let firstSeq: Int64
    private(set) var records: [MessageRecord] = []
    private(set) var bytes: [UInt8] = []
    /// The vectors, one behind the other.
    private(set) var vectors: [Float] = []
    /// A hash of each call id, and behind it the `seqOffset` of its message.
    private(set) var calls: [(hash: UInt32, seqOffset: UInt16)] = []

    init(firstSeq: Int64) {
        self.firstSeq = firstSeq
    }

    /// A chunk that shares the arrays; each is copied when one of the two changes it.
    init(sharing other: ContextChunk) {
        firstSeq = other.firstSeq
        records = other.records
        bytes = other.bytes
        vectors = other.vectors
        calls = other.calls
    }

    /// Without the messages at which `isRemoved` says so.
    init(_ other: ContextChunk, dimension: Int, without isRemoved: (Int64) -> Bool) {
        firstSeq = other.firstSeq
        var kept: Set<UInt16> = []
        for (index, record) in other.records.enumerated()
        where !isRemoved(other.firstSeq + Int64(record.seqOffset)) {
            var record = record
            let range = other.byteRange(at: index)
            record.offset = UInt32(bytes.count)
            bytes.append(contentsOf: other.bytes[range])
            if record.vector != MessageRecord.noVector {
                let start = Int(record.vector) * dimension
                record.vector = UInt16(vectors.count / dimension)
                vectors.append(contentsOf: other.vectors[start..<(start + dimension)])
            }
            records.append(record)
            kept.insert(record.seqOffset)
        }
        calls = other.calls.filter { kept.contains($0.seqOffset) }
        trim()
    }
}

extension ContextChunk {
    var count: Int { records.count }

    /// Whether it is to take a message of this number.
    func hasRoom(for seq: Int64) -> Bool {
        records.count < Self.maximumCount && bytes.count < Self.maximumBytes
            && seq - firstSeq < Int64(UInt16.max)
    }

    func seq(at index: Int) -> Int64 { firstSeq + Int64(records[index].seqOffset) }

    /// The index of the first message whose number is at least `seq`. O(log messages), O(1) while
    /// none was removed.
    func lowerBound(of seq: Int64) -> Int {
        guard seq > firstSeq, let last = records.last else { return 0 }
        guard seq <= firstSeq + Int64(last.seqOffset) else { return records.count }
        let offset = UInt16(seq - firstSeq)
        if Int(offset) < records.count, records[Int(offset)].seqOffset == offset {
            return Int(offset)
        }
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].seqOffset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func byteRange(at index: Int) -> Range<Int> {
        let end = index + 1 < records.count ? Int(records[index + 1].offset) : bytes.count
        return Int(records[index].offset)..<end
    }

    /// Bytes it takes.
    var memoryBytes: Int {
        // Object and arrays: headers of 16 bytes and 32 bytes.
        var total = 16 + 8 + 4 * 8 + 4 * 32
        total += records.capacity * MemoryLayout<MessageRecord>.stride
        total += bytes.capacity + vectors.capacity * 4
        return total + calls.capacity * MemoryLayout<(UInt32, UInt16)>.stride
    }
}

// MARK: - Reading

extension ContextChunk {
    /// All of a message but its role.
    func message(at index: Int, role: Bytes, dimension: Int) -> ContextMessage {
        let record = records[index]
        var reader = PayloadReader(unsafe bytes.withUnsafeBytes { unsafe Bytes($0) })
        reader.position = Int(record.offset) + (record.isMember ? AtomLinks.byteCount : 0)
        var message = ContextMessage(
            seq: firstSeq + Int64(record.seqOffset), timeMilliseconds: record.timeMilliseconds,
            role: role, content: reader.text(), tokens: record.tokens,
            isEstimated: record.flags.contains(.estimated))
        if record.flags.contains(.calls) { message.calls = reader.texts() }
        if record.flags.contains(.result) { message.result = reader.text() }
        if record.flags.contains(.attribute) { message.attribute = reader.text() }
        if record.vector != MessageRecord.noVector {
            let all = unsafe vectors.withUnsafeBytes { unsafe Bytes($0) }
            let start = Int(record.vector) * dimension * 4
            message.vector = all[start..<(start + dimension * 4)]
        }
        return message
    }

    /// The ids of the calls that a message makes.
    func calls(at index: Int) -> [Bytes] {
        let record = records[index]
        guard record.flags.contains(.calls) else { return [] }
        var reader = PayloadReader(unsafe bytes.withUnsafeBytes { unsafe Bytes($0) })
        reader.position = Int(record.offset) + AtomLinks.byteCount
        _ = reader.text()
        return reader.texts()
    }

    /// The last message that makes the call, or nil. O(calls in the chunk).
    func lastCall(_ id: Bytes, hash: UInt32) -> Int64? {
        for call in calls.reversed() where call.hash == hash {
            let seq = firstSeq + Int64(call.seqOffset)
            if calls(at: lowerBound(of: seq)).contains(where: { $0 == id }) { return seq }
        }
        return nil
    }

    /// The links of a message that is a member of an atom.
    func links(at index: Int) -> AtomLinks {
        let offset = Int(records[index].offset)
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe AtomLinks(
                end: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self),
                previous: bytes.loadUnaligned(fromByteOffset: offset + 8, as: Int64.self),
                next: bytes.loadUnaligned(fromByteOffset: offset + 16, as: Int64.self))
        }
    }

    /// A hash of a call id: FNV-1a. The id is compared whenever it agrees.
    static func hash(_ id: Bytes) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for index in 0..<id.count { hash = (hash ^ UInt32(id[index])) &* 16_777_619 }
        return hash
    }
}

// MARK: - Changing; only while nobody shares the chunk

extension ContextChunk {
    func setLinks(_ links: AtomLinks, at index: Int) {
        let offset = Int(records[index].offset)
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(of: links.end, toByteOffset: offset, as: Int64.self)
            unsafe bytes.storeBytes(of: links.previous, toByteOffset: offset + 8, as: Int64.self)
            unsafe bytes.storeBytes(of: links.next, toByteOffset: offset + 16, as: Int64.self)
        }
    }

    /// Appends a message; its links are all 0.
    func append(_ message: ContextMessage, role: UInt16, dimension: Int) {
        var flags: MessageRecord.Flags = []
        if message.isEstimated { flags.insert(.estimated) }
        if !message.calls.isEmpty { flags.insert(.calls) }
        if message.result != nil { flags.insert(.result) }
        if message.attribute != nil { flags.insert(.attribute) }
        let seqOffset = UInt16(message.seq - firstSeq)
        var record = MessageRecord(
            timeMilliseconds: message.timeMilliseconds, tokens: message.tokens,
            offset: UInt32(bytes.count), seqOffset: seqOffset, role: role,
            vector: MessageRecord.noVector, flags: flags)
        if record.isMember { bytes.append(contentsOf: repeatElement(0, count: 24)) }
        append(message.content)
        if !message.calls.isEmpty {
            append(length: message.calls.count)
            for id in message.calls {
                append(id)
                calls.append((Self.hash(id), seqOffset))
            }
        }
        if let result = message.result { append(result) }
        if let attribute = message.attribute { append(attribute) }
        if let vector = message.vector {
            record.vector = UInt16(vectors.count / dimension)
            vectors.reserveCapacity(vectors.count + dimension)
            for index in 0..<dimension {
                let bits = unsafe vector.buffer.loadUnaligned(
                    fromByteOffset: index * 4, as: UInt32.self)
                vectors.append(Float(bitPattern: UInt32(littleEndian: bits)))
            }
        }
        records.append(record)
    }

    private func append(_ text: Bytes) {
        append(length: text.count)
        unsafe bytes.append(contentsOf: text.buffer)
    }

    private func append(length: Int) {
        var rest = UInt64(length)
        while rest >= 128 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Gives back the room for growth: no more messages will come.
    func trim() {
        records = Self.trimmed(records)
        bytes = Self.trimmed(bytes)
        vectors = Self.trimmed(vectors)
        calls = Self.trimmed(calls)
    }

    private static func trimmed<Element>(_ array: [Element]) -> [Element] {
        guard array.capacity > array.count + array.count / 8 else { return array }
        return unsafe array.withUnsafeBufferPointer { unsafe [Element]($0) }
    }
}

/// Reads what ``ContextChunk`` has written: nothing in it comes from elsewhere.
private struct PayloadReader {
    private let bytes: Bytes
    var position = 0

    init(_ bytes: Bytes) {
        self.bytes = bytes
    }

    private mutating func length() -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = bytes[position]
            position += 1
            value |= Int(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
    }

    mutating func text() -> Bytes {
        let count = length()
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func texts() -> [Bytes] {
        let count = length()
        return (0..<count).map { _ in text() }
    }
}
