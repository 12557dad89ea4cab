// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// The fixed part of an ``Entry``.
public struct EntryHeader {
    var value: Value
    var expiryMilliseconds: Int64
    var heapIndex: UInt32 = IndexedHeap<Entry>.absent
    var keyCount: UInt32
    var stringCount: UInt32
    var capacity: UInt32
    var lastUse: UInt32
    var encoding: Entry.StringEncoding
}

/// A key with its value, expiry and last access, in one allocation: the key's bytes follow the
/// header, and a string's value follows the key.
///
/// Entries are made and changed by ``Keyspace`` only. A snapshot may share an entry with the
/// keyspace; the keyspace then changes a copy.
public final class Entry: ManagedBuffer<EntryHeader, UInt8> {
    /// How OBJECT ENCODING names a string's form.
    public enum StringEncoding: UInt8, Sendable {
        /// Short and never changed in place.
        case embstr
        /// Long, or changed in place.
        case raw
        /// The canonical decimal text of a 64-bit integer.
        case int
    }

    /// `expiryMilliseconds` of an entry that stays.
    public static var noExpiry: Int64 { -1 }
}

extension Entry: TableElement, HeapElement {
    public var tableKey: Bytes { key }

    public var heapIndex: UInt32 {
        get { header.heapIndex }
        set { header.heapIndex = newValue }
    }
}

extension Entry {
    /// The key, good while the entry lives.
    public var key: Bytes {
        unsafe withUnsafeMutablePointers { header, bytes in
            unsafe Bytes(base: bytes, count: Int(header.pointee.keyCount))
        }
    }

    /// The value; for a string its bytes are in ``string``.
    public var value: Value { header.value }

    public var type: ValueType { header.value.type }

    /// When the entry ends, in milliseconds since 1970, or ``noExpiry``.
    public var expiryMilliseconds: Int64 { header.expiryMilliseconds }

    public var hasExpiry: Bool { header.expiryMilliseconds != Self.noExpiry }

    /// Whether the entry has ended at `nowMilliseconds`.
    public func isExpired(at nowMilliseconds: Int64) -> Bool {
        hasExpiry && header.expiryMilliseconds <= nowMilliseconds
    }

    /// When the entry was last used, or how often: ``UsageWord`` has the forms.
    var lastUse: UInt32 {
        get { header.lastUse }
        set { header.lastUse = newValue }
    }

    /// Whether the value is a string.
    public var isString: Bool {
        if case .string = header.value { true } else { false }
    }

    /// A string's bytes, good until the next change of the key; empty for other types.
    public var string: Bytes {
        unsafe withUnsafeMutablePointers { header, bytes in
            unsafe Bytes(
                base: bytes + Int(header.pointee.keyCount), count: Int(header.pointee.stringCount))
        }
    }

    public var stringEncoding: StringEncoding { header.encoding }

    /// What OBJECT ENCODING answers.
    public var encodingName: StaticString {
        if let collection = header.value.collection { return collection.encodingName }
        switch header.encoding {
        case .int: return "int"
        case .raw: return "raw"
        case .embstr:
            // Redis embeds a string while object, key, expiry and string fill one cache line.
            let bytes = 16 + Int(header.keyCount) + 3 + (hasExpiry ? 8 : 0) + 4
            return bytes + Int(header.stringCount) <= 64 ? "embstr" : "raw"
        }
    }

    /// Bytes the entry takes with all of its value.
    public func memoryBytes(samples: Int) -> Int {
        let own = 16 + MemoryLayout<EntryHeader>.stride + Int(header.keyCount + header.capacity)
        return ProcessMemory.allocationBytes(for: own)
            + (header.value.collection?.memoryBytes(samples: samples) ?? 0)
    }
}

// MARK: - What only the keyspace may do

extension Entry {
    /// A new entry; `capacity` bytes are kept for a string's value, which is empty at first.
    static func make(key: Bytes, value: Value, capacity: Int, lastUse: UInt32) -> Entry {
        let buffer = Entry.create(minimumCapacity: key.count + capacity) { _ in
            EntryHeader(
                value: value, expiryMilliseconds: noExpiry,
                keyCount: UInt32(key.count), stringCount: 0, capacity: UInt32(capacity),
                lastUse: lastUse, encoding: .embstr)
        }
        let entry = unsafe unsafeDowncast(buffer, to: Entry.self)
        if let source = unsafe key.buffer.baseAddress {
            unsafe entry.withUnsafeMutablePointerToElements { bytes in
                unsafe UnsafeMutableRawPointer(bytes).copyMemory(
                    from: source, byteCount: key.count)
            }
        }
        return entry
    }

    /// A copy with its own value, for another key if one is given.
    func clone(key: Bytes? = nil, capacity: Int? = nil, sharingValue: Bool = false) -> Entry {
        let room = Swift.max(capacity ?? 0, Int(header.stringCount))
        let copy = Entry.make(
            key: key ?? self.key, value: sharingValue ? header.value : header.value.copy(),
            capacity: room, lastUse: header.lastUse)
        copy.header.expiryMilliseconds = header.expiryMilliseconds
        copy.setString(string)
        copy.header.encoding = header.encoding
        return copy
    }

    /// How long the string may become in place.
    public var stringCapacity: Int { Int(header.capacity) }

    /// Writes the string's bytes; they must fit.
    func setString(_ bytes: Bytes, detectingInteger: Bool = true) {
        precondition(bytes.count <= stringCapacity)
        header.stringCount = UInt32(bytes.count)
        header.encoding = Self.encoding(of: bytes, detectingInteger: detectingInteger)
        writeString(bytes, at: 0)
    }

    /// Overwrites part of the string, lengthening it with zero bytes as needed; it must fit.
    func setString(_ bytes: Bytes, at offset: Int) {
        let end = Swift.max(Int(header.stringCount), offset + bytes.count)
        precondition(end <= stringCapacity)
        let gap = offset - Int(header.stringCount)
        if gap > 0 {
            unsafe withUnsafeMutablePointers { header, elements in
                let start =
                    unsafe elements + Int(header.pointee.keyCount + header.pointee.stringCount)
                unsafe start.initialize(repeating: 0, count: gap)
            }
        }
        header.stringCount = UInt32(end)
        header.encoding = .raw
        writeString(bytes, at: offset)
    }

    /// Lets `body` change the string's bytes in place.
    func changeString<Result>(_ body: (inout MutableSpan<UInt8>) -> Result) -> Result {
        header.encoding = .raw
        return unsafe withUnsafeMutablePointers { header, elements in
            var span = unsafe MutableSpan(
                _unsafeStart: elements + Int(header.pointee.keyCount),
                count: Int(header.pointee.stringCount))
            return body(&span)
        }
    }

    private func writeString(_ bytes: Bytes, at offset: Int) {
        guard let source = unsafe bytes.buffer.baseAddress else { return }
        unsafe withUnsafeMutablePointers { header, elements in
            let start = unsafe elements + Int(header.pointee.keyCount) + offset
            unsafe UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    func setValue(_ value: Value) { header.value = value }

    func setExpiry(_ milliseconds: Int64) { header.expiryMilliseconds = milliseconds }

    /// The encoding that Redis gives to a value set as a whole.
    static func encoding(of bytes: Bytes, detectingInteger: Bool) -> StringEncoding {
        if detectingInteger, bytes.count <= 20, Int64(strict: bytes) != nil { return .int }
        return bytes.count <= 44 ? .embstr : .raw
    }
}
