// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Appends what an RDB file consists of to ``bytes``, as Redis writes it.
public struct RDBEncoder {
    /// What has been written and not been taken yet.
    public private(set) var bytes: [UInt8] = []
    /// Whether strings longer than 20 bytes are compressed when that makes them shorter.
    public var compresses: Bool

    public init(compresses: Bool = true) {
        self.compresses = compresses
    }

    /// Forgets what has been taken.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func byte(_ byte: UInt8) {
        bytes.append(byte)
    }

    mutating func raw(_ more: [UInt8]) {
        bytes.append(contentsOf: more)
    }

    mutating func littleEndian(_ value: UInt64, _ count: Int) {
        for offset in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * offset)))
        }
    }

    /// A length, in the shortest of its forms.
    mutating func length(_ count: UInt64) {
        switch count {
        case 0..<0x40: byte(UInt8(count))
        case 0x40..<0x4000:
            byte(0x40 | UInt8(count >> 8))
            byte(UInt8(count & 0xFF))
        case 0x4000...0xFFFF_FFFF:
            byte(0x80)
            bigEndian(count, 4)
        default:
            byte(0x81)
            bigEndian(count, 8)
        }
    }

    private mutating func bigEndian(_ value: UInt64, _ count: Int) {
        for offset in (0..<count).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * offset)))
        }
    }

    /// A string: as an integer of up to 32 bits if it spells one, else compressed or plain.
    mutating func string(_ string: [UInt8]) {
        if string.count <= 11, integer(string) { return }
        if compresses, string.count > 20, let compressed = LZF.compress(string) {
            byte(0xC0 | RDBStringEncoding.lzf.rawValue)
            length(UInt64(compressed.count))
            length(UInt64(string.count))
            raw(compressed)
            return
        }
        length(UInt64(string.count))
        raw(string)
    }

    mutating func string(_ string: ByteString) {
        self.string(string.array)
    }

    private mutating func integer(_ string: [UInt8]) -> Bool {
        guard let number = ByteString(string).withBytes({ Int64(strict: $0) }) else {
            return false
        }
        let (encoding, count): (RDBStringEncoding, Int)
        switch number {
        case -0x80...0x7F: (encoding, count) = (.int8, 1)
        case -0x8000...0x7FFF: (encoding, count) = (.int16, 2)
        case -0x8000_0000...0x7FFF_FFFF: (encoding, count) = (.int32, 4)
        default: return false
        }
        byte(0xC0 | encoding.rawValue)
        littleEndian(UInt64(bitPattern: number), count)
        return true
    }

    mutating func milliseconds(_ time: Int64) {
        littleEndian(UInt64(bitPattern: time), 8)
    }

    mutating func moduleUnsigned(_ value: UInt64) {
        length(RDBModuleOpcode.unsigned.rawValue)
        length(value)
    }

    mutating func moduleSigned(_ value: Int64) {
        length(RDBModuleOpcode.signed.rawValue)
        length(UInt64(bitPattern: value))
    }

    mutating func moduleString(_ value: [UInt8]) {
        length(RDBModuleOpcode.string.rawValue)
        string(value)
    }
}

// MARK: - The file

extension RDBEncoder {
    /// The first bytes of a file.
    mutating func header(version: Int) {
        let digits = String(version)
        raw(Array(("REDIS" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8))
    }

    mutating func auxiliary(_ name: String, _ value: String) {
        byte(RDBOpcode.aux.rawValue)
        string(Array(name.utf8))
        string(Array(value.utf8))
    }

    /// A library of functions, as its text.
    mutating func library(_ text: ByteString) {
        byte(RDBOpcode.function2.rawValue)
        string(text)
    }

    /// What begins a database: its number, its keys and how many of them expire.
    mutating func database(_ index: Int, keyCount: Int, expiringCount: Int) {
        byte(RDBOpcode.selectDatabase.rawValue)
        length(UInt64(index))
        byte(RDBOpcode.resizeDatabase.rawValue)
        length(UInt64(keyCount))
        length(UInt64(expiringCount))
    }

    /// A key with its value.
    mutating func entry(key: ByteString, _ value: RDBValue, expiryMilliseconds: Int64?) {
        if let expiryMilliseconds {
            byte(RDBOpcode.expiryMilliseconds.rawValue)
            milliseconds(expiryMilliseconds)
        }
        byte(value.writtenType.rawValue)
        string(key)
        self.value(value)
    }

    /// The last bytes of a file; `checksum` is that of all taken before, nil for none.
    mutating func end(_ checksum: CRC64?) {
        byte(RDBOpcode.endOfFile.rawValue)
        var checksum = checksum
        checksum?.update(bytes.span)
        littleEndian(checksum?.value ?? 0, 8)
    }
}
