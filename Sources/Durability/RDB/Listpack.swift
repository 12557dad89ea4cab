// SPDX-License-Identifier: Apache-2.0

import Primitives

/// The packed list of strings and integers inside values since Redis 7 (and streams before).
///
/// Header: size in bytes (4), number of elements (2, 65535 means unknown); elements, each followed
/// by its own length backwards; 0xFF (Redis, `listpack.c`'s comment and its specification).
enum Listpack {
    static let unknownCount: UInt64 = 65535
    private static let end: UInt8 = 0xFF

    /// All elements, integers as their decimal text. Every length is checked.
    static func elements(of source: ByteReader) throws(RDBError) -> [ByteString] {
        var reader = source
        let total = UInt64(reader.remaining)
        let start = reader.offset
        guard try reader.littleEndian(4) == total else {
            throw reader.malformed("the listpack's size is wrong")
        }
        let count = try reader.littleEndian(2)
        var elements: [ByteString] = []
        elements.reserveCapacity(
            Swift.min(Int(count == unknownCount ? 0 : count), reader.remaining))
        while try reader.peek() != end {
            let entryStart = reader.offset
            elements.append(try element(&reader))
            try checkBackLength(reader.offset - entryStart, &reader)
        }
        _ = try reader.byte()
        guard reader.remaining == 0 else {
            throw reader.malformed("bytes behind the end of the listpack at \(start)")
        }
        guard count == unknownCount || count == UInt64(elements.count) else {
            throw reader.malformed("the listpack's count is wrong")
        }
        return elements
    }

    private static func element(_ reader: inout ByteReader) throws(RDBError) -> ByteString {
        let first = try reader.byte()
        switch first {
        case 0x00...0x7F: return ByteString(decimal: Int64(first))
        case 0x80...0xBF: return ByteString(try reader.take(UInt64(first & 0x3F)))
        case 0xC0...0xDF:
            let bits = Int64(first & 0x1F) << 8 | Int64(try reader.byte())
            return ByteString(decimal: bits >= 4096 ? bits - 8192 : bits)
        case 0xE0...0xEF:
            let count = UInt64(first & 0x0F) << 8 | UInt64(try reader.byte())
            return ByteString(try reader.take(count))
        case 0xF0: return ByteString(try reader.take(try reader.littleEndian(4)))
        case 0xF1: return ByteString(decimal: try reader.signed(2))
        case 0xF2: return ByteString(decimal: try reader.signed(3))
        case 0xF3: return ByteString(decimal: try reader.signed(4))
        case 0xF4: return ByteString(decimal: try reader.signed(8))
        default: throw reader.malformed("unknown listpack encoding \(first)")
        }
    }

    private static func checkBackLength(
        _ count: Int, _ reader: inout ByteReader
    ) throws(RDBError) {
        for expected in backLength(count) {
            guard try reader.byte() == expected else {
                throw reader.malformed("a listpack element's length backwards is wrong")
            }
        }
    }

    /// An element's length as it stands behind it: seven bits a byte, highest first, all but the
    /// first with the top bit set. The bounds are Redis's, which wastes a value at each.
    private static func backLength(_ count: Int) -> [UInt8] {
        let groups =
            count <= 127
            ? 1 : count < 16383 ? 2 : count < 2_097_151 ? 3 : count < 268_435_455 ? 4 : 5
        var bytes: [UInt8] = []
        for group in (0..<groups).reversed() {
            let bits = UInt8(truncatingIfNeeded: count >> (7 * group)) & 0x7F
            bytes.append(bytes.isEmpty ? bits : bits | 0x80)
        }
        return bytes
    }
}

extension Listpack {
    /// Packs elements, each in its shortest form.
    struct Builder {
        private var bytes = [UInt8](repeating: 0, count: 6)
        private(set) var count = 0

        /// The size of the finished list.
        var byteCount: Int { bytes.count + 1 }

        mutating func append(_ element: ByteString) {
            let start = bytes.count
            if element.count <= 20, let number = element.withBytes({ Int64(strict: $0) }) {
                appendInteger(number)
            } else {
                appendString(element)
            }
            bytes.append(contentsOf: backLength(bytes.count - start))
            count += 1
        }

        private mutating func appendString(_ element: ByteString) {
            let length = element.count
            if length < 64 {
                bytes.append(0x80 | UInt8(length))
            } else if length < 4096 {
                bytes.append(0xE0 | UInt8(length >> 8))
                bytes.append(UInt8(length & 0xFF))
            } else {
                bytes.append(0xF0)
                appendLittleEndian(Int64(length), 4)
            }
            bytes.append(contentsOf: element.array)
        }

        private mutating func appendInteger(_ number: Int64) {
            switch number {
            case 0...127: bytes.append(UInt8(number))
            case -4096...4095:
                let bits = UInt16(truncatingIfNeeded: number) & 0x1FFF
                bytes.append(0xC0 | UInt8(bits >> 8))
                bytes.append(UInt8(bits & 0xFF))
            case -0x8000...0x7FFF:
                bytes.append(0xF1)
                appendLittleEndian(number, 2)
            case -0x80_0000...0x7F_FFFF:
                bytes.append(0xF2)
                appendLittleEndian(number, 3)
            case -0x8000_0000...0x7FFF_FFFF:
                bytes.append(0xF3)
                appendLittleEndian(number, 4)
            default:
                bytes.append(0xF4)
                appendLittleEndian(number, 8)
            }
        }

        private mutating func appendLittleEndian(_ number: Int64, _ count: Int) {
            for offset in 0..<count {
                bytes.append(UInt8(truncatingIfNeeded: number >> Int64(8 * offset)))
            }
        }

        /// The finished list.
        consuming func finish() -> [UInt8] {
            bytes.append(0xFF)
            let size = bytes.count
            for offset in 0..<4 { bytes[offset] = UInt8(truncatingIfNeeded: size >> (8 * offset)) }
            let known = Swift.min(count, Int(unknownCount))
            bytes[4] = UInt8(known & 0xFF)
            bytes[5] = UInt8(known >> 8)
            return bytes
        }
    }
}
