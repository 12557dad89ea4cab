// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// The fixed part of an ``Entry``: 16 bytes behind the object's own 16.
public struct EntryHeader {
    /// The address of the object that is the value, retained, or of the memory of one at rest; of
    /// a string its count and, in the upper half, the room for it.
    var payload: UInt64
    /// From the lowest bit: last use (24), kind of value (4), form of a string (2), whether there
    /// is room for a deadline (1), whether the keyspace has noted that the value is awake (1).
    var facts: UInt32
    var keyCount: UInt32
}

/// A key with its value, expiry and last access, in one allocation: `[deadline, 8 bytes; place
/// among the deadlines, 4] key [string]` follows the header.
///
/// Room for a deadline is made when the entry gets its first one, in a copy of the entry. Entries
/// are made and changed by ``Keyspace`` only. A snapshot may share an entry with the keyspace; the
/// keyspace then changes a copy.
public final class Entry: ManagedBuffer<EntryHeader, UInt8> {
    /// How OBJECT ENCODING names a string's form.
    public enum StringEncoding: UInt32, Sendable {
        /// Short and never changed in place.
        case embstr
        /// Long, or changed in place.
        case raw
        /// The canonical decimal text of a 64-bit integer.
        case int
    }

    /// `expiryMilliseconds` of an entry that stays.
    public static var noExpiry: Int64 { -1 }

    deinit {
        releaseValue()
    }
}

// MARK: - The header's bits

extension Entry {
    private static var useBits: UInt32 { 24 }
    private static var typeBits: UInt32 { 4 }
    private static var encodingShift: UInt32 { 28 }
    private static var roomBit: UInt32 { 1 << 30 }
    private static var awakeBit: UInt32 { 1 << 31 }
    private static var deadlineBytes: Int { 12 }

    /// What the header's payload is: an object, or the memory of a small collection at rest.
    enum Kind: UInt32 {
        case string
        case list
        case set
        case sortedSet
        case hash
        case stream
        case vectorSet
        case context
        case restingHash
        case restingSortedSet
        /// Sets in the order of the raw values of `PackedSet.Form`.
        case restingStrings
        case restingInt16
        case restingInt32
        case restingInt64
    }

    var kind: Kind {
        @inline(__always) get {
            let bits = header.facts >> Self.useBits & (1 << Self.typeBits - 1)
            // Only what is one of them is ever written.
            return unsafe Kind(rawValue: bits).unsafelyUnwrapped
        }
    }

    /// Gives the entry another payload; what it had is the caller's.
    func setPayload(_ payload: UInt64, _ kind: Kind) {
        header.payload = payload
        let mask: UInt32 = (1 << Self.typeBits - 1) << Self.useBits
        header.facts = header.facts & ~mask | kind.rawValue << Self.useBits
    }

    /// Whether the keyspace has noted the entry, to let its value rest after the command.
    var isNotedAwake: Bool {
        get { header.facts & Self.awakeBit != 0 }
        set { header.facts = header.facts & ~Self.awakeBit | (newValue ? Self.awakeBit : 0) }
    }

    /// The address in the payload, of an object or of memory.
    var address: UnsafeMutableRawPointer {
        @inline(__always) get {
            unsafe UnsafeMutableRawPointer(bitPattern: UInt(header.payload)).unsafelyUnwrapped
        }
    }

    func object<Object: AnyObject>(as type: Object.Type) -> Object {
        unsafe Unmanaged<Object>.fromOpaque(address).takeUnretainedValue()
    }

    private func releaseValue() {
        switch kind {
        case .string: break
        case .list, .set, .sortedSet, .hash, .stream, .vectorSet, .context:
            unsafe Unmanaged<AnyObject>.fromOpaque(address).release()
        case .restingHash, .restingSortedSet, .restingStrings, .restingInt16, .restingInt32,
            .restingInt64:
            unsafe address.deallocate()
        }
    }

    /// The header's words for a value; an object is retained.
    static func payload(of value: Value) -> (payload: UInt64, kind: Kind) {
        switch value {
        case .string: (0, .string)
        case .list(let list): (retained(list), .list)
        case .set(let set): (retained(set), .set)
        case .sortedSet(let set): (retained(set), .sortedSet)
        case .hash(let hash): (retained(hash), .hash)
        case .stream(let stream): (retained(stream), .stream)
        case .vectorSet(let set): (retained(set), .vectorSet)
        case .context(let log): (retained(log), .context)
        }
    }

    private static func retained(_ object: AnyObject) -> UInt64 {
        unsafe UInt64(UInt(bitPattern: Unmanaged.passRetained(object).toOpaque()))
    }

    private var stringCount: Int {
        isString ? Int(truncatingIfNeeded: header.payload & 0xFFFF_FFFF) : 0
    }

    private func setStringCount(_ count: Int) {
        header.payload =
            header.payload & ~0xFFFF_FFFF | UInt64(UInt32(truncatingIfNeeded: count))
    }

    private func setEncoding(_ encoding: StringEncoding) {
        header.facts =
            header.facts & ~(3 << Self.encodingShift) | encoding.rawValue << Self.encodingShift
    }

    /// Whether the entry can take an expiry.
    var hasDeadlineRoom: Bool {
        @inline(__always) get { header.facts & Self.roomBit != 0 }
    }

    /// Bytes before the key.
    @inline(__always)
    private static func prefixBytes(_ header: EntryHeader) -> Int {
        header.facts & roomBit != 0 ? deadlineBytes : 0
    }
}

extension Entry: TableElement, HeapElement {
    public var tableKey: Bytes { key }

    public var heapIndex: UInt32 {
        get {
            guard hasDeadlineRoom else { return IndexedHeap<Entry>.absent }
            return unsafe withUnsafeMutablePointerToElements { bytes in
                unsafe UnsafeRawPointer(bytes).load(fromByteOffset: 8, as: UInt32.self)
            }
        }
        set {
            precondition(hasDeadlineRoom, "an entry without a deadline stands in no heap")
            unsafe withUnsafeMutablePointerToElements { bytes in
                unsafe UnsafeMutableRawPointer(bytes).storeBytes(
                    of: newValue, toByteOffset: 8, as: UInt32.self)
            }
        }
    }
}

extension Entry {
    /// The key, good while the entry lives.
    public var key: Bytes {
        @inline(__always) get {
            unsafe withUnsafeMutablePointers { header, bytes in
                unsafe Bytes(
                    base: bytes + Self.prefixBytes(header.pointee),
                    count: Int(header.pointee.keyCount))
            }
        }
    }

    /// The value; for a string its bytes are in ``string``. One at rest is read through an object
    /// made for the purpose, which must neither be changed nor read after the next change.
    public var value: Value {
        switch kind {
        case .string: .string
        case .list: .list(object(as: ListValue.self))
        case .set: .set(object(as: SetValue.self))
        case .sortedSet: .sortedSet(object(as: SortedSetValue.self))
        case .hash: .hash(object(as: HashValue.self))
        case .stream: .stream(object(as: StreamValue.self))
        case .vectorSet: .vectorSet(object(as: VectorSet.self))
        case .context: .context(object(as: ContextLog.self))
        case .restingHash: unsafe .hash(HashValue(of: self, at: address))
        case .restingSortedSet: unsafe .sortedSet(SortedSetValue(of: self, at: address))
        case .restingStrings: unsafe .set(SetValue(.strings, of: self, at: address))
        case .restingInt16: unsafe .set(SetValue(.int16, of: self, at: address))
        case .restingInt32: unsafe .set(SetValue(.int32, of: self, at: address))
        case .restingInt64: unsafe .set(SetValue(.int64, of: self, at: address))
        }
    }

    public var type: ValueType {
        switch kind {
        case .string: .string
        case .list: .list
        case .set, .restingStrings, .restingInt16, .restingInt32, .restingInt64: .set
        case .sortedSet, .restingSortedSet: .sortedSet
        case .hash, .restingHash: .hash
        case .stream: .stream
        case .vectorSet: .vectorSet
        case .context: .context
        }
    }

    /// When the entry ends, in milliseconds since 1970, or ``noExpiry``.
    public var expiryMilliseconds: Int64 {
        @inline(__always) get {
            guard hasDeadlineRoom else { return Self.noExpiry }
            return unsafe withUnsafeMutablePointerToElements { bytes in
                unsafe UnsafeRawPointer(bytes).load(as: Int64.self)
            }
        }
    }

    public var hasExpiry: Bool { expiryMilliseconds != Self.noExpiry }

    /// Whether the entry, or a member of its collection, stands among what ends.
    public var isIndexed: Bool {
        hasExpiry || expiringMembers?.earliestExpiryMilliseconds != nil
    }

    /// The entry's collection if its members may end; nil for one at rest, whose members stay.
    var expiringMembers: (any ExpiringMembers)? {
        switch kind {
        case .hash: object(as: HashValue.self)
        case .vectorSet: object(as: VectorSet.self)
        case .string, .list, .set, .sortedSet, .stream, .context, .restingHash,
            .restingSortedSet, .restingStrings, .restingInt16, .restingInt32, .restingInt64:
            nil
        }
    }

    /// Whether the entry has ended at `nowMilliseconds`.
    public func isExpired(at nowMilliseconds: Int64) -> Bool {
        hasExpiry && expiryMilliseconds <= nowMilliseconds
    }

    /// When the entry was last used, or how often: ``UsageWord`` has the forms. 24 bits.
    var lastUse: UInt32 {
        get { header.facts & UsageWord.mask }
        set { header.facts = header.facts & ~UsageWord.mask | newValue & UsageWord.mask }
    }

    /// Whether the value is a string.
    public var isString: Bool { kind == .string }

    /// A string's bytes, good until the next change of the key; empty for other types.
    public var string: Bytes {
        unsafe withUnsafeMutablePointers { header, bytes in
            let start = unsafe Self.prefixBytes(header.pointee) + Int(header.pointee.keyCount)
            return unsafe Bytes(base: bytes + start, count: stringCount)
        }
    }

    public var stringEncoding: StringEncoding {
        StringEncoding(rawValue: header.facts >> Self.encodingShift & 3) ?? .raw
    }

    /// What OBJECT ENCODING answers.
    public var encodingName: StaticString {
        if !isString, let collection = value.collection { return collection.encodingName }
        switch settledEncoding {
        case .int: return "int"
        case .raw: return "raw"
        case .embstr: return "embstr"
        }
    }

    /// The string's encoding with its key and expiry: Redis embeds a string while object, key,
    /// expiry and string fill one cache line.
    private var settledEncoding: StringEncoding {
        guard stringEncoding == .embstr else { return stringEncoding }
        let bytes = 16 + Int(header.keyCount) + 3 + (hasExpiry ? 8 : 0) + 4
        return bytes + stringCount <= 64 ? .embstr : .raw
    }

    /// Keeps the encoding that the string has, whatever becomes of its key and expiry.
    func settleEncoding() {
        if isString { setEncoding(settledEncoding) }
    }

    /// Bytes the entry takes with all of its value.
    public func memoryBytes(samples: Int) -> Int {
        let own =
            16 + MemoryLayout<EntryHeader>.stride + Self.prefixBytes(header)
            + Int(header.keyCount) + stringCapacity
        return ProcessMemory.allocationBytes(for: own)
            + (value.collection?.memoryBytes(samples: samples) ?? 0)
            - (isAtRest ? Self.objectBytes : 0)
    }
}

// MARK: - What only the keyspace may do

extension Entry {
    /// A new entry; `capacity` bytes are kept for a string's value, which is empty at first.
    static func make(
        key: Bytes, value: Value, capacity: Int, lastUse: UInt32, hasDeadlineRoom: Bool = false
    ) -> Entry {
        let prefix = hasDeadlineRoom ? deadlineBytes : 0
        let buffer = Entry.create(minimumCapacity: prefix + key.count + capacity) { _ in
            let (payload, kind) = Self.payload(of: value)
            precondition(capacity == 0 || kind == .string, "only a string stands in its entry")
            return EntryHeader(
                payload: payload | UInt64(UInt32(capacity)) << 32,
                facts: lastUse & UsageWord.mask | kind.rawValue << useBits
                    | (hasDeadlineRoom ? roomBit : 0),
                keyCount: UInt32(key.count))
        }
        let entry = unsafe unsafeDowncast(buffer, to: Entry.self)
        unsafe entry.withUnsafeMutablePointerToElements { bytes in
            let bytes = UnsafeMutableRawPointer(bytes)
            if hasDeadlineRoom {
                unsafe bytes.storeBytes(of: noExpiry, as: Int64.self)
                unsafe bytes.storeBytes(
                    of: IndexedHeap<Entry>.absent, toByteOffset: 8, as: UInt32.self)
            }
            if let source = unsafe key.buffer.baseAddress {
                unsafe (bytes + prefix).copyMemory(from: source, byteCount: key.count)
            }
        }
        return entry
    }

    /// A copy with its own value, for another key if one is given. What is at rest is copied even
    /// when `sharingValue`.
    func clone(
        key: Bytes? = nil, capacity: Int? = nil, sharingValue: Bool = false,
        hasDeadlineRoom: Bool? = nil
    ) -> Entry {
        let room = isString ? Swift.max(capacity ?? 0, stringCount) : 0
        let copy = Entry.make(
            key: key ?? self.key, value: sharingValue && !isAtRest ? value : value.copy(),
            capacity: room, lastUse: lastUse, hasDeadlineRoom: hasDeadlineRoom ?? hasExpiry)
        if hasExpiry { copy.setExpiry(expiryMilliseconds) }
        guard isString else { return copy }
        copy.setString(string)
        copy.setEncoding(settledEncoding)
        return copy
    }

    /// How long the string may become in place.
    public var stringCapacity: Int {
        isString ? Int(truncatingIfNeeded: header.payload >> 32) : 0
    }

    /// Writes the string's bytes; they must fit.
    func setString(_ bytes: Bytes, detectingInteger: Bool = true) {
        precondition(bytes.count <= stringCapacity)
        setStringCount(bytes.count)
        setEncoding(Self.encoding(of: bytes, detectingInteger: detectingInteger))
        writeString(bytes, at: 0)
    }

    /// Overwrites part of the string, lengthening it with zero bytes as needed; it must fit.
    func setString(_ bytes: Bytes, at offset: Int) {
        let end = Swift.max(stringCount, offset + bytes.count)
        precondition(end <= stringCapacity)
        let gap = offset - stringCount
        if gap > 0 {
            let start = stringCount
            unsafe withStringStart { unsafe ($0 + start).initialize(repeating: 0, count: gap) }
        }
        setStringCount(end)
        setEncoding(.raw)
        writeString(bytes, at: offset)
    }

    /// Lets `body` change the string's bytes in place.
    func changeString<Result>(_ body: (inout MutableSpan<UInt8>) -> Result) -> Result {
        setEncoding(.raw)
        let count = stringCount
        return unsafe withStringStart { start in
            var span = unsafe MutableSpan(_unsafeStart: start, count: count)
            return body(&span)
        }
    }

    @inline(__always)
    private func withStringStart<Result>(
        _ body: (UnsafeMutablePointer<UInt8>) -> Result
    ) -> Result {
        unsafe withUnsafeMutablePointers { header, elements in
            let start = unsafe Self.prefixBytes(header.pointee) + Int(header.pointee.keyCount)
            return unsafe body(elements + start)
        }
    }

    private func writeString(_ bytes: Bytes, at offset: Int) {
        guard let source = unsafe bytes.buffer.baseAddress else { return }
        unsafe withStringStart { start in
            unsafe UnsafeMutableRawPointer(start + offset).copyMemory(
                from: source, byteCount: bytes.count)
        }
    }

    /// There must be room.
    func setExpiry(_ milliseconds: Int64) {
        precondition(hasDeadlineRoom, "there is no room for a deadline")
        unsafe withUnsafeMutablePointerToElements { bytes in
            unsafe UnsafeMutableRawPointer(bytes).storeBytes(of: milliseconds, as: Int64.self)
        }
    }

    /// The encoding that Redis gives to a value set as a whole.
    static func encoding(of bytes: Bytes, detectingInteger: Bool) -> StringEncoding {
        if detectingInteger, bytes.count <= 20, Int64(strict: bytes) != nil { return .int }
        return bytes.count <= 44 ? .embstr : .raw
    }
}
