// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// An element of a listpack: what spells an integer is kept as one.
public enum ListpackElement {
    case string(Bytes)
    case integer(Int64)
}

/// A listpack to be read: strings and integers, each behind its length and before the length once
/// more, so that both directions can be walked.
///
/// The form is that of Redis's files: four bytes of size and two of the number of elements (65535:
/// unknown), little-endian; the elements; 0xFF. Places are offsets into the bytes. Good while the
/// owner of the bytes lives and is not changed. Any bytes can be wrapped, but only those that
/// ``isSound`` may be read: others make a precondition fail.
public struct ListpackView {
    public let bytes: Bytes

    public init(_ bytes: Bytes) {
        self.bytes = bytes
    }
}

extension ListpackView {
    /// The place of the first element, or ``end``.
    public var start: Int { ListpackFormat.headerBytes }

    /// The place behind the last element.
    public var end: Int { bytes.count - 1 }

    /// The element at a place.
    public func element(at place: Int) -> ListpackElement {
        let first = bytes[place]
        switch first {
        case 0x00...0x7F: return .integer(Int64(first))
        case 0x80...0xBF:
            let start = place + 1
            return .string(bytes[start..<(start + Int(first & 0x3F))])
        case 0xE0...0xEF:
            let start = place + 2
            let count = Int(first & 0x0F) << 8 | Int(bytes[place + 1])
            return .string(bytes[start..<(start + count)])
        case 0xF0:
            let start = place + 5
            return .string(bytes[start..<(start + Int(bytes.littleEndianWord(at: place + 1)))])
        default: return .integer(wideInteger(at: place))
        }
    }

    /// The element at a place as a number; a string that spells none is 0.
    public func integer(at place: Int) -> Int64 {
        let first = bytes[place]
        if first < 0x80 { return Int64(first) }
        switch element(at: place) {
        case .integer(let number): return number
        case .string(let text): return Int64(strict: text) ?? 0
        }
    }

    /// Whether the element at a place is these bytes.
    public func isEqual(at place: Int, to other: Bytes) -> Bool {
        switch element(at: place) {
        case .string(let text): return text == other
        case .integer(let number):
            guard other.count <= 20 else { return false }
            return number.withDecimal { $0 == other }
        }
    }

    /// The place behind the element at a place.
    public func next(_ place: Int) -> Int {
        let first = bytes[place]
        if first < 0x80 { return place + 2 }
        let size = encodedCount(at: place)
        return place + size + ListpackFormat.backLengthCount(size)
    }

    /// The place of the element before the one at a place, or nil at the first.
    public func previous(_ place: Int) -> Int? {
        guard place > start else { return nil }
        var size = 0
        var shift = 0
        var index = place - 1
        while shift <= 28 {
            let byte = bytes[index]
            size |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { break }
            shift += 7
            index -= 1
        }
        return place - size - ListpackFormat.backLengthCount(size)
    }

    private func wideInteger(at place: Int) -> Int64 {
        let first = bytes[place]
        if first < 0xF0 {
            let bits = Int64(first & 0x1F) << 8 | Int64(bytes[place + 1])
            return bits >= 4096 ? bits - 8192 : bits
        }
        let count = ListpackFormat.wideIntegerCount(first)
        var bits: UInt64 = 0
        for index in 0..<count {
            bits |= UInt64(bytes[place + 1 + index]) << UInt64(8 * index)
        }
        let shift = UInt64(64 - 8 * count)
        return Int64(bitPattern: bits << shift) >> Int64(shift)
    }

    /// The bytes of the element at a place, without the length behind it.
    private func encodedCount(at place: Int) -> Int {
        let first = bytes[place]
        return switch first {
        case 0x00...0x7F: 1
        case 0x80...0xBF: 1 + Int(first & 0x3F)
        case 0xC0...0xDF: 2
        case 0xE0...0xEF: 2 + (Int(first & 0x0F) << 8 | Int(bytes[place + 1]))
        case 0xF0: 5 + Int(bytes.littleEndianWord(at: place + 1))
        default: 1 + ListpackFormat.wideIntegerCount(first)
        }
    }
}

// MARK: - Bytes of unknown origin

extension ListpackView {
    /// Whether every byte is what the form says, so that the list can be read. O(bytes).
    public var isSound: Bool {
        guard bytes.count > ListpackFormat.headerBytes,
            Int(bytes.littleEndianWord(at: 0)) == bytes.count,
            bytes[bytes.count - 1] == ListpackFormat.terminator
        else { return false }
        var place = start
        var count = 0
        while place < end {
            guard let next = checkedNext(place) else { return false }
            place = next
            count += 1
        }
        let announced = Int(bytes[4]) | Int(bytes[5]) << 8
        return place == end && (announced == ListpackFormat.unknownCount || announced == count)
    }

    /// As ``next(_:)``, nil when something is wrong with the element.
    private func checkedNext(_ place: Int) -> Int? {
        let first = bytes[place]
        let head =
            switch first {
            case 0x00...0xBF: 1
            case 0xC0...0xEF: 2
            case 0xF0: 5
            case 0xF1...0xF4: 1 + ListpackFormat.wideIntegerCount(first)
            default: 0
            }
        guard head > 0, place + head <= end else { return nil }
        let size = encodedCount(at: place)
        let backCount = ListpackFormat.backLengthCount(size)
        guard place + size + backCount <= end else { return nil }
        for index in 0..<backCount
        where bytes[place + size + index] != ListpackFormat.backLengthByte(size, index, backCount) {
            return nil
        }
        return place + size + backCount
    }
}

/// What of the form both reading and writing need.
enum ListpackFormat {
    static let headerBytes = 6
    static let terminator: UInt8 = 0xFF
    static let unknownCount = 65535

    /// The bytes of the number behind 0xF1...0xF4.
    static func wideIntegerCount(_ first: UInt8) -> Int {
        switch first {
        case 0xF1: 2
        case 0xF2: 3
        case 0xF3: 4
        default: 8
        }
    }

    /// How many bytes the length behind an element of `size` bytes takes: seven bits a byte. The
    /// bounds are Redis's, which waste a value at each.
    @inline(__always)
    static func backLengthCount(_ size: Int) -> Int {
        size <= 127 ? 1 : size < 16383 ? 2 : size < 2_097_151 ? 3 : size < 268_435_455 ? 4 : 5
    }

    /// Byte `index` of the length behind an element: highest first, all but the first marked.
    @inline(__always)
    static func backLengthByte(_ size: Int, _ index: Int, _ count: Int) -> UInt8 {
        let bits = UInt8(truncatingIfNeeded: size >> (7 * (count - 1 - index))) & 0x7F
        return index == 0 ? bits : bits | 0x80
    }
}
