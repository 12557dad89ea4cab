// SPDX-License-Identifier: Apache-2.0

import Primitives

/// The packed list before Redis 7.
///
/// Header: size in bytes (4), offset of the last element (4), number of elements (2, 65535 means
/// unknown); elements, each behind the size of the one before it; 0xFF.
enum Ziplist {
    private static let end: UInt8 = 0xFF

    /// All elements, integers as their decimal text. Every length is checked.
    static func elements(of source: ByteReader) throws(RDBError) -> [ByteString] {
        var reader = source
        let total = UInt64(reader.remaining)
        let start = reader.offset
        guard try reader.littleEndian(4) == total else {
            throw reader.malformed("the ziplist's size is wrong")
        }
        let tail = try reader.littleEndian(4)
        let count = try reader.littleEndian(2)
        var elements: [ByteString] = []
        var previousSize = 0
        var lastOffset = 10
        while try reader.peek() != end {
            let entryStart = reader.offset
            lastOffset = entryStart - start
            let first = try reader.byte()
            let announced = first == 0xFE ? try reader.littleEndian(4) : UInt64(first)
            guard announced == UInt64(previousSize) else {
                throw reader.malformed("a ziplist element misstates the size of the one before")
            }
            elements.append(try element(&reader))
            previousSize = reader.offset - entryStart
        }
        _ = try reader.byte()
        guard reader.remaining == 0 else {
            throw reader.malformed("bytes behind the end of the ziplist")
        }
        guard tail == UInt64(lastOffset) else {
            throw reader.malformed("the ziplist's tail is wrong")
        }
        guard count == 65535 || count == UInt64(elements.count) else {
            throw reader.malformed("the ziplist's count is wrong")
        }
        return elements
    }

    private static func element(_ reader: inout ByteReader) throws(RDBError) -> ByteString {
        let first = try reader.byte()
        switch first {
        case 0x00...0x3F: return ByteString(try reader.take(UInt64(first)))
        case 0x40...0x7F:
            let count = UInt64(first & 0x3F) << 8 | UInt64(try reader.byte())
            return ByteString(try reader.take(count))
        case 0x80: return ByteString(try reader.take(try reader.bigEndian(4)))
        case 0xC0: return ByteString(decimal: try reader.signed(2))
        case 0xD0: return ByteString(decimal: try reader.signed(4))
        case 0xE0: return ByteString(decimal: try reader.signed(8))
        case 0xF0: return ByteString(decimal: try reader.signed(3))
        case 0xF1...0xFD: return ByteString(decimal: Int64(first & 0x0F) - 1)
        case 0xFE: return ByteString(decimal: try reader.signed(1))
        default: throw reader.malformed("unknown ziplist encoding \(first)")
        }
    }
}

/// The sorted array of integers in small sets: width (4), count (4), the integers.
enum Intset {
    static func elements(of source: ByteReader) throws(RDBError) -> [ByteString] {
        var reader = source
        let width = try reader.littleEndian(4)
        guard width == 2 || width == 4 || width == 8 else {
            throw reader.malformed("the intset's width is \(width)")
        }
        let announced = try reader.littleEndian(4)
        let count = try reader.checkCount(announced, bytesEach: Int(width))
        guard count > 0, reader.remaining == count * Int(width) else {
            throw reader.malformed("the intset's count is wrong")
        }
        var elements: [ByteString] = []
        elements.reserveCapacity(count)
        var previous: Int64?
        for _ in 0..<count {
            let number = try reader.signed(Int(width))
            if let previous, previous >= number {
                throw reader.malformed("the intset is not in order")
            }
            previous = number
            elements.append(ByteString(decimal: number))
        }
        return elements
    }

    /// The packed form of different numbers in ascending order.
    static func bytes(of numbers: [Int64]) -> [UInt8] {
        let width =
            numbers.allSatisfy { Int16(exactly: $0) != nil }
            ? 2 : numbers.allSatisfy { Int32(exactly: $0) != nil } ? 4 : 8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + numbers.count * width)
        func append(_ number: Int64, _ count: Int) {
            for offset in 0..<count {
                bytes.append(UInt8(truncatingIfNeeded: number >> Int64(8 * offset)))
            }
        }
        append(Int64(width), 4)
        append(Int64(numbers.count), 4)
        for number in numbers { append(number, width) }
        return bytes
    }
}

/// The packed fields and values of small hashes before Redis 2.6: count (1, 254 means unknown);
/// fields and values behind their lengths, a value with a byte for unused room; 0xFF.
enum Zipmap {
    private static let end: UInt8 = 0xFF
    private static let bigLength: UInt8 = 0xFE

    static func elements(of source: ByteReader) throws(RDBError) -> [ByteString] {
        var reader = source
        let count = try reader.byte()
        var elements: [ByteString] = []
        while try reader.peek() != end {
            elements.append(ByteString(try reader.take(try length(&reader))))
            let valueCount = try length(&reader)
            let unused = try reader.byte()
            elements.append(ByteString(try reader.take(valueCount)))
            try reader.skip(UInt64(unused))
        }
        _ = try reader.byte()
        guard reader.remaining == 0 else {
            throw reader.malformed("bytes behind the end of the zipmap")
        }
        guard count >= bigLength || Int(count) == elements.count / 2 else {
            throw reader.malformed("the zipmap's count is wrong")
        }
        return elements
    }

    private static func length(_ reader: inout ByteReader) throws(RDBError) -> UInt64 {
        let first = try reader.byte()
        guard first != end else { throw reader.malformed("the zipmap ends early") }
        return first == bigLength ? try reader.littleEndian(4) : UInt64(first)
    }
}
