// SPDX-License-Identifier: Apache-2.0

/// CRC-64 with the Jones polynomial, as at the end of every RDB file.
///
/// Polynomial 0xad93d23594c935a9, reflected, start and final value zero (Redis, `crc64.c`'s
/// comment); the check value of "123456789" is 0xe9c6d914c4b8d9ca. Eight bytes at a time.
public struct CRC64: Sendable, Equatable {
    /// The checksum of all bytes so far.
    public private(set) var value: UInt64 = 0

    public init() {}

    /// The checksum of `bytes`.
    public static func checksum(_ bytes: Span<UInt8>) -> UInt64 {
        var checksum = CRC64()
        checksum.update(bytes)
        return checksum.value
    }

    /// Goes on with more bytes. O(bytes).
    public mutating func update(_ bytes: Span<UInt8>) {
        let table = Self.tables.span
        var crc = value
        var index = 0
        while index &+ 8 <= bytes.count {
            var word = crc
            for offset in 0..<8 {
                word ^= UInt64(bytes[index &+ offset]) << UInt64(8 &* offset)
            }
            crc = 0
            for offset in 0..<8 {
                let byte = Int(truncatingIfNeeded: (word >> UInt64(8 &* offset)) & 0xFF)
                crc ^= table[(7 &- offset) &* 256 &+ byte]
            }
            index &+= 8
        }
        while index < bytes.count {
            let byte = Int(truncatingIfNeeded: (crc ^ UInt64(bytes[index])) & 0xFF)
            crc = table[byte] ^ (crc >> 8)
            index &+= 1
        }
        value = crc
    }

    /// Row n gives the effect of a byte that n more bytes follow.
    private static let tables: [UInt64] = {
        let polynomial: UInt64 = 0x95AC_9329_AC4B_C9B5
        var tables = [UInt64](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt64(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ polynomial : crc >> 1 }
            tables[byte] = crc
        }
        for row in 1..<8 {
            for byte in 0..<256 {
                let previous = tables[(row - 1) * 256 + byte]
                tables[row * 256 + byte] = tables[Int(previous & 0xFF)] ^ (previous >> 8)
            }
        }
        return tables
    }()
}
