// SPDX-License-Identifier: Apache-2.0

/// Bytes as a row of bits: bit 0 is the highest of the first byte. Whole words are looked at where
/// there are any.
extension Bytes {
    /// The number of bits in the row.
    public var bitCount: Int { count &* 8 }

    /// How many bits are set. O(count / 8).
    public var setBitCount: Int {
        guard count > 0, let base = unsafe base else { return 0 }
        var total = 0
        let wordCount = count / 8
        for word in 0..<wordCount {
            total &+=
                unsafe base.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
                .nonzeroBitCount
        }
        for index in (wordCount &* 8)..<count { total &+= self[index].nonzeroBitCount }
        return total
    }

    /// How many bits of `range` are set; the range must lie in the row.
    public func setBitCount(in range: ClosedRange<Int>) -> Int {
        let (first, last) = (range.lowerBound / 8, range.upperBound / 8)
        let whole = self[first..<(last + 1)].setBitCount
        let before = self[first] & ~Self.mask(from: range.lowerBound & 7)
        let behind = self[last] & ~Self.mask(through: range.upperBound & 7)
        return whole - before.nonzeroBitCount - behind.nonzeroBitCount
    }

    /// The first bit of `range` that is set, or with `isSet` false the first that is not, or nil;
    /// the range must lie in the row. O(range / 64).
    public func firstBit(isSet: Bool, in range: ClosedRange<Int>) -> Int? {
        let (first, last) = (range.lowerBound / 8, range.upperBound / 8)
        // Whatever is not wanted is zero in a byte turned so, and what is out of range, too.
        let turn: UInt8 = isSet ? 0 : 0xFF
        var byte = (self[first] ^ turn) & Self.mask(from: range.lowerBound & 7)
        if first == last { byte &= Self.mask(through: range.upperBound & 7) }
        if byte != 0 { return first * 8 + byte.leadingZeroBitCount }
        guard first < last else { return nil }
        var index = first + 1
        if let base = unsafe base {
            let unwanted: UInt64 = isSet ? 0 : .max
            while index + 8 < last,
                unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self) == unwanted
            {
                index += 8
            }
        }
        while index < last {
            byte = self[index] ^ turn
            if byte != 0 { return index * 8 + byte.leadingZeroBitCount }
            index += 1
        }
        byte = (self[last] ^ turn) & Self.mask(through: range.upperBound & 7)
        return byte == 0 ? nil : last * 8 + byte.leadingZeroBitCount
    }

    /// The bits of a byte from the `index`th on.
    private static func mask(from index: Int) -> UInt8 { 0xFF >> UInt8(index) }

    /// The bits of a byte up to the `index`th.
    private static func mask(through index: Int) -> UInt8 { 0xFF << UInt8(7 - index) }

    /// `width` bits (1 to 64) from bit `offset` on as an unsigned number, the highest first; bits
    /// behind the end are zero.
    public func bitField(at offset: Int, width: Int) -> UInt64 {
        precondition(offset >= 0 && width >= 1 && width <= 64)
        var value: UInt64 = 0
        var (position, left) = (offset, width)
        while left > 0 {
            let byte = position / 8 < count ? self[position / 8] : 0
            let taken = Swift.min(8 - position & 7, left)
            let part = UInt64(byte) >> UInt64(8 - position & 7 - taken) & (1 << UInt64(taken) - 1)
            value = value << UInt64(taken) | part
            position += taken
            left -= taken
        }
        return value
    }
}

extension MutableSpan where Element == UInt8 {
    /// As ``Bytes/bitField(at:width:)``.
    public func bitField(at offset: Int, width: Int) -> UInt64 {
        unsafe withUnsafeBytes { unsafe Bytes($0).bitField(at: offset, width: width) }
    }

    /// Writes the lowest `width` bits (1 to 64) of `value` from bit `offset` on, the highest first;
    /// all must lie in the span.
    public mutating func setBitField(at offset: Int, width: Int, to value: UInt64) {
        precondition(offset >= 0 && width >= 1 && width <= 64)
        var (position, left) = (offset, width)
        while left > 0 {
            let taken = Swift.min(8 - position & 7, left)
            let shift = UInt8(8 - position & 7 - taken)
            let mask = UInt8(truncatingIfNeeded: (1 << UInt16(taken)) - 1) << shift
            let part = UInt8(truncatingIfNeeded: value >> UInt64(left - taken)) << shift
            let index = position / 8
            self[index] = self[index] & ~mask | part & mask
            position += taken
            left -= taken
        }
    }
}

/// What makes one row of bits of several.
public enum BitOperation: Sendable, CaseIterable {
    /// Set in all.
    case and
    /// Set in any.
    case or
    /// Set in an odd number.
    case xor
    /// Not set in the first.
    case not
    /// Set in the first and in no other.
    case difference
    /// Set in another and not in the first.
    case otherDifference
    /// Set in the first and in another.
    case andOr
    /// Set in exactly one.
    case one
}

extension BitOperation {
    /// The result for rows of bits, as long as the longest; shorter ones go on with zeros.
    /// O(sources x length / 8).
    public func callAsFunction(_ sources: [Bytes]) -> ByteString {
        let length = sources.reduce(0) { Swift.max($0, $1.count) }
        guard length > 0, let first = sources.first else { return ByteString() }
        let shared = sources.reduce(length) { Swift.min($0, $1.count) } / 8 * 8
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: length) { output, initialized in
            var index = 0
            while index < shared {
                let word = combine(Self.word(first, index), sources.dropFirst()) {
                    Self.word($0, index)
                }
                unsafe UnsafeMutableRawBufferPointer(output).storeBytes(
                    of: word, toByteOffset: index, as: UInt64.self)
                index &+= 8
            }
            while index < length {
                let byte = combine(index < first.count ? first[index] : 0, sources.dropFirst()) {
                    index < $0.count ? $0[index] : 0
                }
                unsafe output[index] = byte
                index &+= 1
            }
            initialized = length
        }
        return ByteString(bytes)
    }

    @inline(__always)
    private static func word(_ bytes: Bytes, _ index: Int) -> UInt64 {
        unsafe bytes.base.unsafelyUnwrapped.loadUnaligned(
            fromByteOffset: index, as: UInt64.self)
    }

    @inline(__always)
    private func combine<Word: FixedWidthInteger & UnsignedInteger>(
        _ first: Word, _ others: ArraySlice<Bytes>, _ read: (Bytes) -> Word
    ) -> Word {
        var result = first
        switch self {
        case .and:
            for other in others { result &= read(other) }
        case .or:
            for other in others { result |= read(other) }
        case .xor:
            for other in others { result ^= read(other) }
        case .not: result = ~first
        case .difference, .otherDifference, .andOr:
            var any: Word = 0
            for other in others { any |= read(other) }
            if self == .andOr { return first & any }
            result = self == .difference ? first & ~any : ~first & any
        case .one:
            var several: Word = 0
            for other in others {
                let word = read(other)
                several |= result & word
                result ^= word
            }
            result &= ~several
        }
        return result
    }
}
