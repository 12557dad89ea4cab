// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives

/// A chunk of a list, with what is often asked of it.
struct ListNode {
    /// The bytes of a listpack without elements.
    static let emptyListpackBytes = 7

    var chunk: PackedChunk
    private var storedCount: UInt32 = 0
    /// The bytes Redis's listpack of the same elements would take: its limits are what decides
    /// where a chunk ends, and which encoding the list is said to have. 0 marks a large element
    /// that stands alone.
    private var storedListpackBytes: UInt32 = UInt32(Self.emptyListpackBytes)

    init(capacity: Int = 24) {
        chunk = PackedChunk(minimumCapacity: capacity)
    }

    /// A large element, alone.
    init(alone element: Bytes) {
        chunk = PackedChunk(minimumCapacity: element.count + 10)
        chunk.append(element)
        storedCount = 1
        storedListpackBytes = 0
    }

    private init(_ chunk: PackedChunk) {
        self.chunk = chunk
        recount()
    }
}

extension ListNode {
    var count: Int { Int(storedCount) }
    var listpackBytes: Int { Int(storedListpackBytes) }
    var isLargeElement: Bool { storedListpackBytes == 0 }

    mutating func push(_ element: Bytes, at end: ListValue.End) {
        switch end {
        case .head: chunk.prepend(element)
        case .tail: chunk.append(element)
        }
        added(element)
    }

    mutating func pop(from end: ListValue.End) {
        switch end {
        case .head:
            if let element = chunk.first { removed(element) }
            chunk.removeFirst()
        case .tail:
            if let element = chunk.last { removed(element) }
            chunk.removeLast()
        }
    }

    mutating func insert(_ element: Bytes, at index: Int) {
        chunk.insert(element, at: index)
        added(element)
    }

    mutating func replace(at index: Int, with element: Bytes) {
        removed(chunk[index])
        chunk.replace(at: index, with: element)
        added(element)
    }

    mutating func removeSubrange(_ range: Range<Int>) {
        var cursor = chunk.cursor(at: range.lowerBound)
        for _ in range {
            if let element = cursor.next() { removed(element) }
        }
        chunk.removeSubrange(range)
    }

    mutating func split(at index: Int) -> ListNode {
        let rest = ListNode(chunk.split(at: index))
        recount()
        return rest
    }

    mutating func append(contentsOf other: ListNode) {
        chunk.append(contentsOf: other.chunk)
        storedCount &+= other.storedCount
        storedListpackBytes &+= other.storedListpackBytes &- UInt32(Self.emptyListpackBytes)
    }

    @inline(__always)
    private mutating func added(_ element: Bytes) {
        storedCount &+= 1
        storedListpackBytes &+= Self.listpackBytes(of: element)
    }

    @inline(__always)
    private mutating func removed(_ element: Bytes) {
        storedCount &-= 1
        storedListpackBytes &-= Self.listpackBytes(of: element)
    }

    private mutating func recount() {
        storedCount = 0
        storedListpackBytes = UInt32(Self.emptyListpackBytes)
        chunk.forEach { added($0) }
    }

    /// What an element takes in a listpack: integers are stored as such, all else behind a length
    /// of one, two or five bytes; the size of that stands behind it once more.
    private static func listpackBytes(of element: Bytes) -> UInt32 {
        let count = element.count
        if count > 0, count <= 20,
            element[0] == UInt8(ascii: "-") || element[0] &- UInt8(ascii: "0") <= 9,
            let number = Int64(strict: element)
        {
            return switch number {
            case 0...127: 2
            case -4096...4095: 3
            case -0x8000...0x7FFF: 4
            case -0x80_0000...0x7F_FFFF: 5
            case -0x8000_0000...0x7FFF_FFFF: 6
            default: 10
            }
        }
        let encoded = UInt32(truncatingIfNeeded: count) &+ (count < 64 ? 1 : count < 4096 ? 2 : 5)
        let backwards: UInt32 =
            encoded <= 127
            ? 1 : encoded < 16383 ? 2 : encoded < 2_097_151 ? 3 : encoded < 268_435_455 ? 4 : 5
        return encoded &+ backwards
    }
}
