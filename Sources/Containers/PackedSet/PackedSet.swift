// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Few different members in one piece of memory: integers in ascending order, or byte strings in
/// the order of insertion.
///
/// Integers all take 2, 4 or 8 bytes, whatever the largest so far needed; a look-up is a binary
/// search. Strings are `(count, varint) bytes` behind their number, one byte of overhead for short
/// ones; a look-up walks along them, which for a hundred short strings costs less than a hash table
/// would. Members are unique because the caller looks before it adds a string. A view got from a
/// member is good until the next change. Not thread-safe.
@safe
public struct PackedSet: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    /// Bytes of all members; those of strings have their number in four bytes before.
    private var usedBytes: UInt32 = 0
    /// Capacities are multiples of eight: the lowest bits are the ``Form``.
    private var capacityAndForm: UInt32

    /// What the members are; for integers the logarithm of their width.
    private enum Form: UInt32 {
        case strings = 0
        case int16 = 1
        case int32 = 2
        case int64 = 3
    }

    /// A set without members, of integers or of strings.
    public init(ofIntegers isOfIntegers: Bool) {
        capacityAndForm = (isOfIntegers ? Form.int16 : .strings).rawValue
    }

    deinit {
        unsafe base?.deallocate()
    }
}

extension PackedSet {
    /// A member: an integer, or bytes that may spell one, too.
    public enum Member {
        case integer(Int64)
        case bytes(Bytes)
    }

    private var form: Form {
        get { Form(rawValue: capacityAndForm & 7) ?? .strings }
        set { capacityAndForm = capacityAndForm & ~7 | newValue.rawValue }
    }

    /// Whether the members are integers.
    public var isOfIntegers: Bool { form != .strings }

    /// Bytes of memory held, used or not.
    public var memoryBytes: Int { Int(capacityAndForm & ~7) }

    /// Bytes of all members.
    public var byteCount: Int { Int(usedBytes) }

    /// The number of members. O(1).
    public var count: Int {
        switch form {
        case .strings:
            guard let base = unsafe base else { return 0 }
            return unsafe Int(base.load(as: UInt32.self))
        case .int16, .int32, .int64: return Int(usedBytes >> form.rawValue)
        }
    }

    /// Calls `body` with every member in order.
    public func forEach<Failure: Error>(_ body: (Member) throws(Failure) -> Void) throws(Failure) {
        if isOfIntegers {
            for index in 0..<count { try body(.integer(integer(at: index))) }
            return
        }
        var position = 0
        while position < byteCount {
            let string = string(at: &position)
            try body(.bytes(string))
        }
    }

    /// The member at an index. O(1) for integers, O(index) for strings.
    public subscript(index: Int) -> Member {
        precondition(index >= 0 && index < count, "no member stands there")
        if isOfIntegers { return .integer(integer(at: index)) }
        var position = 0
        for _ in 0..<index { _ = string(at: &position) }
        return .bytes(string(at: &position))
    }

    /// The same members in memory of their own.
    public func copy() -> PackedSet {
        var copy = PackedSet(ofIntegers: false)
        copy.form = form
        guard let source = unsafe base, usedBytes > 0 else { return copy }
        copy.reserve(byteCount)
        unsafe copy.memory.copyMemory(from: source, byteCount: prefixBytes + byteCount)
        copy.usedBytes = usedBytes
        return copy
    }

    /// Bytes before the members.
    private var prefixBytes: Int { form == .strings ? 4 : 0 }

    /// The memory; there is some wherever this is asked for.
    private var memory: UnsafeMutableRawPointer {
        @inline(__always) get { unsafe base.unsafelyUnwrapped }
    }

    private func move(from source: Int, to target: Int, _ count: Int) {
        unsafe (memory + target).copyMemory(from: memory + source, byteCount: count)
    }

    /// Makes room for so many bytes of members more.
    public mutating func reserve(_ additionalBytes: Int) {
        let needed = prefixBytes + byteCount + additionalBytes
        guard needed > memoryBytes else { return }
        // An eighth more while it grows, in the steps of the allocator, which keeps 8 bytes of its
        // own in every 16-byte multiple.
        let wanted = byteCount == 0 ? needed : needed + needed / 8
        let rounded = ((wanted + 8 + 15) & ~15) - 8
        precondition(rounded <= Int(UInt32.max), "packed sets are for little data")
        let larger = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: 8)
        if let old = unsafe base {
            unsafe larger.copyMemory(from: old, byteCount: prefixBytes + byteCount)
            unsafe old.deallocate()
        } else if form == .strings {
            unsafe larger.storeBytes(of: 0, as: UInt32.self)
        }
        unsafe base = larger
        capacityAndForm = UInt32(rounded) | capacityAndForm & 7
    }

    /// Gives memory back once less than half of it is used.
    private mutating func shrink() {
        guard (prefixBytes + byteCount) * 2 < memoryBytes, memoryBytes > 64 else { return }
        self = copy()
    }
}

// MARK: - Integers

extension PackedSet {
    private var width: Int { 1 << Int(form.rawValue) }

    /// The integer at an index, of a set of integers. O(1).
    public func integer(at index: Int) -> Int64 {
        precondition(index >= 0 && index < count, "no member stands there")
        switch form {
        case .int16: return unsafe Int64(memory.load(fromByteOffset: index * 2, as: Int16.self))
        case .int32: return unsafe Int64(memory.load(fromByteOffset: index * 4, as: Int32.self))
        case .int64: return unsafe memory.load(fromByteOffset: index * 8, as: Int64.self)
        case .strings: preconditionFailure("the members are not integers")
        }
    }

    private mutating func store(_ number: Int64, at index: Int) {
        switch form {
        case .int16:
            unsafe memory.storeBytes(
                of: Int16(truncatingIfNeeded: number), toByteOffset: index * 2, as: Int16.self)
        case .int32:
            unsafe memory.storeBytes(
                of: Int32(truncatingIfNeeded: number), toByteOffset: index * 4, as: Int32.self)
        case .int64:
            unsafe memory.storeBytes(of: number, toByteOffset: index * 8, as: Int64.self)
        case .strings: preconditionFailure("the members are not integers")
        }
    }

    /// Where the integer is or would be. O(log count).
    private func place(of number: Int64) -> (index: Int, isThere: Bool) {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let found = integer(at: middle)
            if found == number { return (middle, true) }
            if found < number { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    /// Whether a set of integers has this one. O(log count).
    public func contains(_ number: Int64) -> Bool { place(of: number).isThere }

    /// Adds an integer to a set of integers; false when it is there already. O(count).
    @discardableResult
    public mutating func insert(_ number: Int64) -> Bool {
        let (index, isThere) = place(of: number)
        guard !isThere else { return false }
        widen(for: number)
        let width = width
        reserve(width)
        move(from: index * width, to: (index + 1) * width, byteCount - index * width)
        usedBytes += UInt32(width)
        store(number, at: index)
        return true
    }

    /// Removes an integer from a set of integers; false when it is not there. O(count).
    @discardableResult
    public mutating func remove(_ number: Int64) -> Bool {
        let (index, isThere) = place(of: number)
        guard isThere else { return false }
        let width = width
        move(from: (index + 1) * width, to: index * width, byteCount - (index + 1) * width)
        usedBytes -= UInt32(width)
        shrink()
        return true
    }

    /// Gives every integer the width that `number` needs.
    private mutating func widen(for number: Int64) {
        let needed: Form =
            Int16(exactly: number) != nil
            ? .int16 : Int32(exactly: number) != nil ? .int32 : .int64
        guard needed.rawValue > form.rawValue else { return }
        let count = count
        var wider = PackedSet(ofIntegers: true)
        wider.form = needed
        wider.reserve((count + 1) << Int(needed.rawValue))
        wider.usedBytes = UInt32(count << Int(needed.rawValue))
        for index in 0..<count { wider.store(integer(at: index), at: index) }
        self = wider
    }
}

// MARK: - Strings

extension PackedSet {
    /// The string whose record begins at `position`, which moves behind it.
    @inline(__always)
    private func string(at position: inout Int) -> Bytes {
        let records = unsafe memory + 4
        var count = 0
        var shift = 0
        var byte: UInt8
        repeat {
            byte = unsafe records.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            count |= Int(byte & 0x7F) << shift
            shift += 7
        } while byte >= 0x80
        defer { position += count }
        return unsafe Bytes(base: records + position, count: count)
    }

    /// The bounds of a string's record, or nil. O(bytes).
    private func record(of string: Bytes) -> Range<Int>? {
        var position = 0
        while position < byteCount {
            let start = position
            if self.string(at: &position) == string { return start..<position }
        }
        return nil
    }

    /// Whether a set of strings has this one. O(bytes).
    public func contains(_ string: Bytes) -> Bool { record(of: string) != nil }

    /// Adds a string that is not there to a set of strings, behind the others. The bytes must not
    /// be a view of this set.
    public mutating func append(_ string: Bytes) {
        var prefix = 1
        while string.count >> (7 * prefix) > 0 { prefix += 1 }
        reserve(prefix + string.count)
        var target = unsafe memory + 4 + byteCount
        var rest = string.count
        while rest >= 0x80 {
            unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
            unsafe target += 1
            rest >>= 7
        }
        unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        if let source = unsafe string.buffer.baseAddress {
            unsafe (target + 1).copyMemory(from: source, byteCount: string.count)
        }
        usedBytes += UInt32(prefix + string.count)
        setStringCount(count + 1)
    }

    /// Removes a string from a set of strings; false when it is not there. O(bytes).
    @discardableResult
    public mutating func remove(_ string: Bytes) -> Bool {
        guard let record = record(of: string) else { return false }
        move(from: 4 + record.upperBound, to: 4 + record.lowerBound, byteCount - record.upperBound)
        usedBytes -= UInt32(record.count)
        setStringCount(count - 1)
        shrink()
        return true
    }

    private mutating func setStringCount(_ count: Int) {
        unsafe memory.storeBytes(of: UInt32(truncatingIfNeeded: count), as: UInt32.self)
    }
}
