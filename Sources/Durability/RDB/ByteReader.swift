// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Reads bytes from first to last, and never past the end: what is not there is an ``RDBError``.
public struct ByteReader {
    private let bytes: [UInt8]
    private var index: Int
    private let end: Int
    /// Added to positions in errors: where these bytes stand in the file.
    private let base: Int

    public init(_ bytes: [UInt8], base: Int = 0) {
        self.bytes = bytes
        self.base = base
        index = 0
        end = bytes.count
    }

    /// The position in the file of the next byte.
    public var offset: Int { base &+ index }
    /// How many bytes are left.
    public var remaining: Int { end &- index }

    /// The bytes since `offset`, a former ``offset`` of this reader.
    public func bytes(from offset: Int) -> ArraySlice<UInt8> {
        bytes[(offset &- base)..<index]
    }

    /// An error at the place of the next byte.
    public func malformed(_ reason: String) -> RDBError {
        RDBError(.malformed, offset: offset, reason)
    }

    public mutating func byte() throws(RDBError) -> UInt8 {
        guard index < end else { throw malformed("the data ends early") }
        defer { index &+= 1 }
        return bytes[index]
    }

    /// The next byte, left in place.
    public func peek() throws(RDBError) -> UInt8 {
        guard index < end else { throw malformed("the data ends early") }
        return bytes[index]
    }

    /// The next `count` bytes; nothing is allocated unless they are there.
    public mutating func take(_ count: UInt64) throws(RDBError) -> [UInt8] {
        guard count <= UInt64(remaining) else {
            throw malformed("\(count) bytes are announced and \(remaining) are left")
        }
        let start = index
        index &+= Int(count)
        return Array(bytes[start..<index])
    }

    public mutating func skip(_ count: UInt64) throws(RDBError) {
        guard count <= UInt64(remaining) else {
            throw malformed("\(count) bytes are announced and \(remaining) are left")
        }
        index &+= Int(count)
    }

    /// An unsigned number of `count` bytes (up to 8), lowest first.
    public mutating func littleEndian(_ count: Int) throws(RDBError) -> UInt64 {
        guard remaining >= count else { throw malformed("the data ends early") }
        var value: UInt64 = 0
        for offset in 0..<count {
            value |= UInt64(bytes[index &+ offset]) << UInt64(8 &* offset)
        }
        index &+= count
        return value
    }

    /// An unsigned number of `count` bytes (up to 8), highest first.
    public mutating func bigEndian(_ count: Int) throws(RDBError) -> UInt64 {
        guard remaining >= count else { throw malformed("the data ends early") }
        var value: UInt64 = 0
        for offset in 0..<count { value = value << 8 | UInt64(bytes[index &+ offset]) }
        index &+= count
        return value
    }

    /// A number in two's complement of `count` bytes (up to 8), lowest first.
    public mutating func signed(_ count: Int) throws(RDBError) -> Int64 {
        let shift = UInt64(64 &- 8 &* count)
        return Int64(bitPattern: try littleEndian(count) << shift) >> Int64(shift)
    }
}

extension ByteReader {
    /// Refuses a count of things that each take at least `bytesEach`, if they cannot be there.
    public func checkCount(_ count: UInt64, bytesEach: Int) throws(RDBError) -> Int {
        guard count <= UInt64(remaining / bytesEach) else {
            throw malformed("\(count) elements are announced and \(remaining) bytes are left")
        }
        return Int(count)
    }
}

extension ByteString {
    /// The decimal text of a number.
    init(decimal number: Int64) {
        self = number.withDecimal { ByteString($0) }
    }
}
