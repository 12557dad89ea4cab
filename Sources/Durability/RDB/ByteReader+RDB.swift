// SPDX-License-Identifier: Apache-2.0

public import Primitives

extension ByteReader {
    private enum Length {
        case count(UInt64)
        case encoded(UInt8)
    }

    private mutating func readLength() throws(RDBError) -> Length {
        let first = try byte()
        switch first >> 6 {
        case 0: return .count(UInt64(first & 0x3F))
        case 1: return .count(UInt64(first & 0x3F) << 8 | UInt64(try byte()))
        case 2:
            if first == 0x80 { return .count(try bigEndian(4)) }
            if first == 0x81 { return .count(try bigEndian(8)) }
            throw malformed("unknown length encoding \(first)")
        default: return .encoded(first & 0x3F)
        }
    }

    /// A length: 6, 14, 32 or 64 bits.
    public mutating func length() throws(RDBError) -> UInt64 {
        guard case .count(let count) = try readLength() else {
            throw malformed("a length is wanted and an encoded string stands here")
        }
        return count
    }

    /// A string, whatever its encoding: plain, an integer, or compressed.
    public mutating func string() throws(RDBError) -> ByteString {
        switch try readLength() {
        case .count(let count): return ByteString(try take(count))
        case .encoded(let raw):
            guard let encoding = RDBStringEncoding(rawValue: raw) else {
                throw malformed("unknown string encoding \(raw)")
            }
            switch encoding {
            case .int8: return ByteString(decimal: try signed(1))
            case .int16: return ByteString(decimal: try signed(2))
            case .int32: return ByteString(decimal: try signed(4))
            case .lzf: return ByteString(try compressedString())
            }
        }
    }

    private mutating func compressedString() throws(RDBError) -> [UInt8] {
        let compressedCount = try length()
        let count = try length()
        let compressed = try take(compressedCount)
        guard let size = Int(exactly: count), let bytes = LZF.decompress(compressed, count: size)
        else { throw malformed("invalid compressed string") }
        return bytes
    }

    /// A string's bytes as a reader of their own, for what is packed inside.
    mutating func packed() throws(RDBError) -> ByteReader {
        let start = offset
        return ByteReader(try string().array, base: start)
    }

    /// A double in eight bytes.
    public mutating func binaryDouble() throws(RDBError) -> Double {
        Double(bitPattern: try littleEndian(8))
    }

    /// A double as text behind its length, as sorted sets had it at first.
    mutating func textDouble() throws(RDBError) -> Double {
        let count = try byte()
        switch count {
        case 253: return .nan
        case 254: return .infinity
        case 255: return -.infinity
        default:
            let text = ByteString(try take(UInt64(count)))
            guard let value = text.withBytes({ Double(strict: $0) }) else {
                throw malformed("'\(text)' is no number")
            }
            return value
        }
    }

    /// A time in milliseconds since 1970.
    public mutating func milliseconds() throws(RDBError) -> Int64 {
        try signed(8)
    }
}
