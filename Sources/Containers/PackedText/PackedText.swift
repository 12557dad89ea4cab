// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A text in a small collection: an integer that stands for its decimal digits, or bytes, which may
/// spell one, too. The bytes are a view, good until the collection changes.
public enum PackedText {
    case integer(Int64)
    case bytes(Bytes)
}

extension PackedText {
    /// The integer that bytes spell in the one way in which ``integer(_:)`` gives the same bytes
    /// back, or the bytes.
    @inline(__always)
    public init(detectingInteger bytes: Bytes) {
        // Most texts are told apart by their first byte.
        if bytes.count > 0, bytes.count <= 20,
            bytes[0] &- UInt8(ascii: "0") <= 9 || bytes[0] == UInt8(ascii: "-"),
            let number = Int64(strict: bytes)
        {
            self = .integer(number)
        } else {
            self = .bytes(bytes)
        }
    }
}

// MARK: - In memory

/// How a ``PackedText`` stands in memory, behind a first byte: 0...95 is a count of bytes; 96 says
/// that the count follows in four bytes; 97...104 that an integer of one to eight bytes follows;
/// 128...255 are the integers 0...127.
extension PackedText {
    private static var mostShortBytes: Int { 95 }
    private static var longHead: UInt8 { 96 }
    private static var smallIntegerHead: UInt8 { 128 }

    /// Bytes that the text takes in memory.
    @inline(__always)
    var packedBytes: Int {
        switch self {
        case .integer(let number): number >= 0 && number < 128 ? 1 : 1 + Self.width(of: number)
        case .bytes(let bytes):
            bytes.count + (bytes.count <= Self.mostShortBytes ? 1 : 5)
        }
    }

    /// How many bytes an integer needs with its sign.
    @inline(__always)
    private static func width(of number: Int64) -> Int {
        let magnitude = number ^ (number >> 63)
        return (64 - magnitude.leadingZeroBitCount) / 8 + 1
    }

    /// Bytes of the text that begins at `memory`.
    @inline(__always)
    static func packedBytes(at memory: UnsafeRawPointer) -> Int {
        let head = unsafe memory.load(as: UInt8.self)
        if head < longHead { return 1 + Int(head) }
        if head >= smallIntegerHead { return 1 }
        if head > longHead { return 1 + Int(head - longHead) }
        return unsafe 5 + Int(memory.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
    }

    /// The text that begins at `memory`.
    @inline(__always)
    init(at memory: UnsafeRawPointer) {
        let head = unsafe memory.load(as: UInt8.self)
        if head < Self.longHead {
            self = unsafe .bytes(Bytes(base: memory + 1, count: Int(head)))
        } else if head >= Self.smallIntegerHead {
            self = .integer(Int64(head - Self.smallIntegerHead))
        } else if head > Self.longHead {
            let width = Int(head - Self.longHead)
            var bits: UInt64 = 0
            for index in 0..<width {
                let byte = unsafe memory.load(fromByteOffset: 1 + index, as: UInt8.self)
                bits |= UInt64(byte) << UInt64(8 * index)
            }
            let rest = UInt64(64 - 8 * width)
            self = .integer(Int64(bitPattern: bits << rest) >> Int64(rest))
        } else {
            let count = unsafe memory.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
            self = unsafe .bytes(Bytes(base: memory + 5, count: Int(count)))
        }
    }

    /// Writes the text's ``packedBytes``, of which the bytes of a text must not be part.
    @inline(__always)
    func write(to memory: UnsafeMutableRawPointer) {
        switch self {
        case .integer(let number):
            if number >= 0, number < 128 {
                let head = Self.smallIntegerHead + UInt8(truncatingIfNeeded: number)
                return unsafe memory.storeBytes(of: head, as: UInt8.self)
            }
            let width = Self.width(of: number)
            unsafe memory.storeBytes(of: Self.longHead + UInt8(width), as: UInt8.self)
            for index in 0..<width {
                unsafe memory.storeBytes(
                    of: UInt8(truncatingIfNeeded: number >> Int64(8 * index)),
                    toByteOffset: 1 + index, as: UInt8.self)
            }
        case .bytes(let bytes):
            let isShort = bytes.count <= Self.mostShortBytes
            let head = isShort ? UInt8(bytes.count) : Self.longHead
            unsafe memory.storeBytes(of: head, as: UInt8.self)
            if !isShort {
                precondition(bytes.count <= Int(UInt32.max), "a packed text is short")
                unsafe memory.storeBytes(
                    of: UInt32(bytes.count), toByteOffset: 1, as: UInt32.self)
            }
            if let first = unsafe bytes.buffer.baseAddress {
                unsafe (memory + (isShort ? 1 : 5)).copyMemory(
                    from: first, byteCount: bytes.count)
            }
        }
    }
}
