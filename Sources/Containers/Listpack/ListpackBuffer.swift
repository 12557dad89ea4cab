// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A listpack that owns its bytes and grows at its end; copies share them until one is changed.
///
/// Elements are appended between ``beginAppending()`` and ``endAppending(_:)``, a whole group at a
/// time, and may be read only outside of that.
public struct ListpackBuffer: Sendable {
    private var array: [UInt8]

    /// No elements, and room for so many bytes.
    public init(minimumCapacity: Int = 0) {
        array = []
        array.reserveCapacity(minimumCapacity)
        array.append(contentsOf: [7, 0, 0, 0, 0, 0, ListpackFormat.terminator])
    }

    /// Bytes of a file; nil unless they are sound. O(bytes).
    public init?(checking bytes: [UInt8]) {
        array = bytes
        guard view.isSound else { return nil }
    }
}

extension ListpackBuffer {
    /// The size as Redis counts it, the header included.
    public var byteCount: Int { array.count }

    /// The bytes, as they stand in files.
    public var bytes: [UInt8] { array }

    /// Bytes of memory.
    public var memoryBytes: Int { 32 + array.capacity }

    /// What can be read, good until the next change.
    public var view: ListpackView {
        // An array's bytes do not move while it is neither changed nor freed.
        unsafe array.span.withUnsafeBytes { unsafe ListpackView(Bytes($0)) }
    }
}

// MARK: - Appending

extension ListpackBuffer {
    /// Takes the end mark off, so that elements can be added.
    public mutating func beginAppending() {
        array.removeLast()
    }

    /// Adds a string; one that spells an integer is kept as that.
    public mutating func add(_ string: Bytes) {
        if string.count <= 20, string.count > 0,
            string[0] == UInt8(ascii: "-") || string[0] &- UInt8(ascii: "0") <= 9,
            let number = Int64(strict: string)
        {
            return add(number)
        }
        let count = string.count
        let head: Int
        if count < 64 {
            array.append(0x80 | UInt8(truncatingIfNeeded: count))
            head = 1
        } else if count < 4096 {
            array.append(0xE0 | UInt8(truncatingIfNeeded: count >> 8))
            array.append(UInt8(truncatingIfNeeded: count))
            head = 2
        } else {
            array.append(0xF0)
            appendLittleEndian(Int64(count), 4)
            head = 5
        }
        unsafe array.append(contentsOf: string.buffer)
        appendBackLength(head + count)
    }

    /// Adds an integer.
    public mutating func add(_ number: Int64) {
        if number >= 0, number <= 127 {
            array.append(UInt8(truncatingIfNeeded: number))
            array.append(1)
            return
        }
        let start = array.count
        Self.encode(number, into: &array)
        appendBackLength(array.count - start)
    }

    /// Sets the end mark, and counts the elements that were added.
    public mutating func endAppending(_ elements: Int) {
        array.append(ListpackFormat.terminator)
        let known = Int(array[4]) | Int(array[5]) << 8
        if known != ListpackFormat.unknownCount {
            let count = Swift.min(known + elements, ListpackFormat.unknownCount)
            array[4] = UInt8(truncatingIfNeeded: count)
            array[5] = UInt8(truncatingIfNeeded: count >> 8)
        }
        updateSize()
    }

    /// Gives back what was reserved for growing.
    public mutating func trim() {
        guard array.capacity > array.count + 16 else { return }
        array = unsafe array.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }

    private mutating func appendBackLength(_ size: Int) {
        if size <= 127 { return array.append(UInt8(truncatingIfNeeded: size)) }
        let count = ListpackFormat.backLengthCount(size)
        for index in 0..<count { array.append(ListpackFormat.backLengthByte(size, index, count)) }
    }

    private mutating func appendLittleEndian(_ number: Int64, _ count: Int) {
        Self.appendLittleEndian(number, count, to: &array)
    }

    private static func appendLittleEndian(_ number: Int64, _ count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: number >> Int64(8 * index)))
        }
    }

    private mutating func updateSize() {
        let size = array.count
        for index in 0..<4 { array[index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
    }

    /// Writes a number in its shortest form, without the length behind it.
    private static func encode(_ number: Int64, into bytes: inout [UInt8]) {
        switch number {
        case 0...127: bytes.append(UInt8(truncatingIfNeeded: number))
        case -4096...4095:
            let bits = UInt16(truncatingIfNeeded: number) & 0x1FFF
            bytes.append(0xC0 | UInt8(truncatingIfNeeded: bits >> 8))
            bytes.append(UInt8(truncatingIfNeeded: bits))
        case -0x8000...0x7FFF:
            bytes.append(0xF1)
            appendLittleEndian(number, 2, to: &bytes)
        case -0x80_0000...0x7F_FFFF:
            bytes.append(0xF2)
            appendLittleEndian(number, 3, to: &bytes)
        case -0x8000_0000...0x7FFF_FFFF:
            bytes.append(0xF3)
            appendLittleEndian(number, 4, to: &bytes)
        default:
            bytes.append(0xF4)
            appendLittleEndian(number, 8, to: &bytes)
        }
    }
}

// MARK: - Replacing

extension ListpackBuffer {
    /// Puts an integer in the place of the element that stands there. O(1), or O(bytes behind) when
    /// it takes more or less room; what stands behind then moves.
    public mutating func replace(at place: Int, with number: Int64) {
        let next = view.next(place)
        if number >= 0, number <= 127, next - place == 2 {
            array[place] = UInt8(truncatingIfNeeded: number)
            return
        }
        var encoded: [UInt8] = []
        Self.encode(number, into: &encoded)
        // No integer is longer than nine bytes, so its length takes one.
        encoded.append(UInt8(encoded.count))
        array.replaceSubrange(place..<next, with: encoded)
        updateSize()
    }
}
