// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Few different members in one piece of memory: integers in ascending order, or byte strings in
/// the order of insertion.
///
/// Integers all take 2, 4 or 8 bytes, whatever the largest so far needed; a look-up is a binary
/// search. Strings are `(count, varint) bytes`, one byte of overhead for short ones; a look-up
/// walks along them, which for a hundred short strings costs less than a hash table would. Members
/// are unique because the caller looks before it adds a string. A view got from a member is good
/// until the next change. Not thread-safe.
@safe
public struct PackedSet: ~Copyable {
    /// The members.
    public var buffer = PackedBuffer()
    /// What the members are.
    public private(set) var form: Form

    /// What the members are; for integers the logarithm of their width.
    public enum Form: UInt8, Sendable {
        case strings = 0
        case int16 = 1
        case int32 = 2
        case int64 = 3
    }

    /// A set without members, of integers or of strings.
    public init(ofIntegers isOfIntegers: Bool) {
        form = isOfIntegers ? .int16 : .strings
    }

    /// A set that takes over the members of another.
    public init(_ form: Form, adopting base: UnsafeMutableRawPointer?) {
        self.form = form
        unsafe buffer = PackedBuffer(adopting: base)
    }
}

extension PackedSet {
    /// A member: an integer, or bytes that may spell one, too.
    public typealias Member = PackedText

    /// The most members there may be.
    public static var mostMembers: Int { PackedBuffer.mostRecords }

    /// Whether the members are integers.
    public var isOfIntegers: Bool { form != .strings }

    /// Bytes of memory held, used or not.
    public var memoryBytes: Int { buffer.memoryBytes }

    /// Bytes of all members.
    public var byteCount: Int { buffer.used }

    /// The number of members. O(1).
    public var count: Int { buffer.count }

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
        copy.buffer = buffer.copy()
        return copy
    }

    /// The memory; there is some wherever this is asked for.
    private var memory: UnsafeMutableRawPointer {
        @inline(__always) get { unsafe buffer.bytes }
    }

    /// Makes room for so many bytes of members more.
    public mutating func reserve(_ additionalBytes: Int) {
        buffer.reserve(additionalBytes)
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
        buffer.move(from: index * width, to: (index + 1) * width, byteCount - index * width)
        buffer.change(bytes: width, records: 1)
        store(number, at: index)
        return true
    }

    /// Removes an integer from a set of integers; false when it is not there. O(count).
    @discardableResult
    public mutating func remove(_ number: Int64) -> Bool {
        let (index, isThere) = place(of: number)
        guard isThere else { return false }
        let width = width
        buffer.move(
            from: (index + 1) * width, to: index * width, byteCount - (index + 1) * width)
        buffer.change(bytes: -width, records: -1)
        buffer.shrink()
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
        wider.buffer.change(bytes: count << Int(needed.rawValue), records: count)
        for index in 0..<count { wider.store(integer(at: index), at: index) }
        self = wider
    }
}

// MARK: - Strings

extension PackedSet {
    /// The string whose record begins at `position`, which moves behind it.
    @inline(__always)
    private func string(at position: inout Int) -> Bytes {
        let records = unsafe memory
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
        var target = unsafe memory + byteCount
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
        buffer.change(bytes: prefix + string.count, records: 1)
    }

    /// Removes a string from a set of strings; false when it is not there. O(bytes).
    @discardableResult
    public mutating func remove(_ string: Bytes) -> Bool {
        guard let record = record(of: string) else { return false }
        buffer.move(
            from: record.upperBound, to: record.lowerBound, byteCount - record.upperBound)
        buffer.change(bytes: -record.count, records: -1)
        buffer.shrink()
        return true
    }
}
