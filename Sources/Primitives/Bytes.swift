// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A borrowed view of bytes that somebody else owns: an argument in a connection's read buffer,
/// or the value of an entry.
///
/// A view is good until its owner changes: an argument until its request has been answered, a
/// stored value until the next change of its key. Whoever keeps the bytes longer copies them into
/// a ``ByteString``. Indices are `0..<count`; out of range is a programming error and stops.
///
/// Escapable on purpose: closures and containers of `~Escapable` views do not compile everywhere
/// yet (Decision 0002), so the rule above is kept by convention at the two places that hand out
/// views, the request parser and the entry.
@safe
public struct Bytes: @unchecked Sendable {
    @usableFromInline let base: UnsafeRawPointer?
    public let count: Int

    /// A view of `count` bytes from `base` on.
    @inlinable
    public init(base: UnsafeRawPointer?, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// A view of a buffer's bytes.
    @inlinable
    public init(_ buffer: UnsafeRawBufferPointer) {
        unsafe self.init(base: buffer.baseAddress, count: buffer.count)
    }

    /// A view of a literal, which lives as long as the program.
    @inlinable
    public init(_ literal: StaticString) {
        unsafe self.init(base: literal.utf8Start, count: literal.utf8CodeUnitCount)
    }

    /// No bytes.
    public static var empty: Bytes { unsafe Bytes(base: nil, count: 0) }
}

extension Bytes {
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The byte at `index`.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "index out of range")
        return unsafe base.unsafelyUnwrapped.load(fromByteOffset: index, as: UInt8.self)
    }

    /// The bytes of `range`, which must lie in `0..<count`.
    @inlinable
    public subscript(range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of bounds")
        return unsafe Bytes(base: base.map { unsafe $0 + range.lowerBound }, count: range.count)
    }

    /// The bytes from `start` on.
    @inlinable
    public func dropping(_ start: Int) -> Bytes {
        self[start..<count]
    }

    /// The 32-bit word whose lowest byte stands at `offset`; four bytes must be there.
    @inlinable
    public func littleEndianWord(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset + 4 <= count, "offset out of range")
        return UInt32(
            littleEndian: unsafe base.unsafelyUnwrapped.loadUnaligned(
                fromByteOffset: offset, as: UInt32.self))
    }

    /// The view as the standard library's raw buffer, for code that works on pointers.
    @inlinable
    public var buffer: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Whether both are views of the same bytes in the same place.
    @inlinable
    public func isSameView(as other: Bytes) -> Bool {
        unsafe base == other.base && count == other.count
    }

    /// Whether every byte equals the other view's.
    public static func == (left: Bytes, right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        if left.count == 0 { return true }
        return unsafe memcmp(left.base.unsafelyUnwrapped, right.base.unsafelyUnwrapped, left.count)
            == 0
    }

    /// Whether the bytes are those of `text`.
    @inlinable
    public static func == (left: Bytes, right: StaticString) -> Bool {
        left == Bytes(right)
    }

    /// Whether the bytes are those of `text`, ASCII letters of either case being the same.
    @inlinable
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        equalsIgnoringCase(Bytes(text))
    }

    /// Whether both are the same, ASCII letters of either case being the same.
    @inlinable
    public func equalsIgnoringCase(_ other: Bytes) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index].lowercasedASCII != other[index].lowercasedASCII {
            return false
        }
        return true
    }

    /// The first 16 bytes as two little-endian words, ASCII capitals made small and what is missing
    /// zero: a key to compare short names by.
    public var foldedWords: (low: UInt64, high: UInt64) {
        guard count > 0, let base = unsafe base else { return (0, 0) }
        let length = Swift.min(count, 16)
        if length >= 8 {
            let low = unsafe base.loadUnaligned(as: UInt64.self)
            let last = unsafe base.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
            // What both have read is shifted out; 64 bits of shift leave nothing.
            let high = UInt64(littleEndian: last) >> UInt64((16 - length) * 8)
            return (Self.folded(UInt64(littleEndian: low)), Self.folded(high))
        }
        if length >= 4 {
            let low = unsafe base.loadUnaligned(as: UInt32.self)
            let last = unsafe base.loadUnaligned(fromByteOffset: length - 4, as: UInt32.self)
            let word =
                UInt64(UInt32(littleEndian: low))
                | UInt64(UInt32(littleEndian: last)) << UInt64((length - 4) * 8)
            return (Self.folded(word), 0)
        }
        var word = UInt64(self[0])
        word |= UInt64(self[length / 2]) << UInt64(length / 2 * 8)
        word |= UInt64(self[length - 1]) << UInt64((length - 1) * 8)
        return (Self.folded(word), 0)
    }

    /// The eight bytes of a word with ASCII capitals made small.
    private static func folded(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low7 = word & (ones &* 0x7F)
        let isFromA = low7 &+ ones &* (0x80 - 0x41)
        let isBehindZ = low7 &+ ones &* (0x80 - 0x5B)
        let isCapital = isFromA & ~isBehindZ & ~word & (ones &* 0x80)
        return word | isCapital >> 2
    }

    /// Whether the bytes begin with those of `prefix`.
    @inlinable
    public func hasPrefix(_ prefix: Bytes) -> Bool {
        count >= prefix.count && self[0..<prefix.count] == prefix
    }

    /// The index of the first `byte`, or nil.
    @inlinable
    public func firstIndex(of byte: UInt8) -> Int? {
        for index in 0..<count where self[index] == byte { return index }
        return nil
    }

    /// Whether `part` stands somewhere in the bytes. O(count x part.count).
    public func contains(_ part: Bytes) -> Bool {
        guard part.count <= count else { return false }
        for start in 0...(count - part.count) where self[start..<(start + part.count)] == part {
            return true
        }
        return false
    }

    /// Negative, zero or positive as the bytes sort before, with or after the other's (as `memcmp`,
    /// then by length).
    public func compare(_ other: Bytes) -> Int {
        let shared = Swift.min(count, other.count)
        if shared > 0 {
            let order = unsafe memcmp(
                base.unsafelyUnwrapped, other.base.unsafelyUnwrapped, shared)
            if order != 0 { return Int(order) }
        }
        return count - other.count
    }

    /// The bytes as text, invalid UTF-8 repaired: for logs and error messages, never for data.
    public var description: String {
        unsafe String(decoding: buffer, as: UTF8.self)
    }
}

extension UInt8 {
    /// The byte with an ASCII capital made small.
    @inlinable
    public var lowercasedASCII: UInt8 {
        self >= 0x41 && self <= 0x5A ? self | 0x20 : self
    }

    /// The byte with an ASCII small letter made capital.
    @inlinable
    public var uppercasedASCII: UInt8 {
        self >= 0x61 && self <= 0x7A ? self & 0xDF : self
    }
}
