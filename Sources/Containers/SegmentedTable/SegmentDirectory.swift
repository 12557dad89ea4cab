// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// Which segment of a ``SegmentedTable`` holds a hash.
///
/// An array indexed by the leading hash bits, until it has 1,024 entries; then 1,024 arrays, each
/// indexed by the bits that follow, which double on their own. So no step copies more than a
/// few kilobytes, however large the table is. It holds no references; see the table for them.
@safe
struct SegmentDirectory<Element: TableElement>: ~Copyable {
    typealias Reference = Unmanaged<Segment<Element>>

    /// Entries for the hashes with the leading bits in common that name the leaf.
    @unsafe
    private struct Leaf {
        var entries: UnsafeMutablePointer<Reference>
        var bits: Int
    }

    private var leaves: UnsafeMutablePointer<Leaf>
    private var leafBits = 0
    /// Bytes of all arrays.
    private(set) var memoryBytes = 0

    /// Bits of the first array, before there are several.
    private static var mostBitsOfOne: Int { 10 }

    /// A directory of one segment.
    init(_ first: Segment<Element>) {
        unsafe leaves = .allocate(capacity: 1)
        let entries = UnsafeMutablePointer<Reference>.allocate(capacity: 1)
        unsafe entries.initialize(to: Reference.passUnretained(first))
        unsafe leaves.initialize(to: Leaf(entries: entries, bits: 0))
        memoryBytes = 32
    }

    /// A directory of the same segments.
    init(copying other: borrowing SegmentDirectory) {
        leafBits = other.leafBits
        memoryBytes = other.memoryBytes
        unsafe leaves = .allocate(capacity: 1 << leafBits)
        for index in 0..<(1 << leafBits) {
            var leaf = unsafe other.leaves[index]
            let entries = unsafe UnsafeMutablePointer<Reference>.allocate(capacity: 1 << leaf.bits)
            unsafe entries.initialize(from: leaf.entries, count: 1 << leaf.bits)
            unsafe leaf.entries = entries
            unsafe (leaves + index).initialize(to: leaf)
        }
    }

    deinit {
        for index in 0..<(1 << leafBits) { unsafe leaves[index].entries.deallocate() }
        unsafe leaves.deallocate()
    }
}

extension SegmentDirectory {
    /// The number that the leading bits of a hash are; 0 for no bits.
    @inline(__always)
    private static func leading(_ bits: Int, of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash &>> 1) &>> UInt64(truncatingIfNeeded: 63 - bits))
    }

    /// The segment of a hash. O(1).
    @inline(__always)
    subscript(hash: UInt64) -> Reference {
        let leaf = unsafe leaves[Self.leading(leafBits, of: hash)]
        let rest = hash &<< UInt64(truncatingIfNeeded: leafBits)
        return unsafe leaf.entries[Self.leading(leaf.bits, of: rest)]
    }

    /// Makes room for segments that share so many bits with a hash.
    mutating func deepen(to depth: Int, for hash: UInt64) {
        if leafBits == 0, depth > Self.mostBitsOfOne { spread() }
        let leaf = Self.leading(leafBits, of: hash)
        while unsafe leafBits + leaves[leaf].bits < depth { double(leaf) }
    }

    /// Lets a segment have all hashes that share its bits with this one.
    mutating func put(_ segment: Segment<Element>, for hash: UInt64) {
        let reference = unsafe Reference.passUnretained(segment)
        let leaf = Self.leading(leafBits, of: hash)
        guard segment.depth > leafBits else {
            let number = 1 << (leafBits - segment.depth)
            let first = leaf & ~(number - 1)
            for leaf in first..<(first + number) {
                let bits = unsafe leaves[leaf].bits
                unsafe leaves[leaf].entries.update(repeating: reference, count: 1 << bits)
            }
            return
        }
        let bits = unsafe leaves[leaf].bits
        let number = 1 << (leafBits + bits - segment.depth)
        let entry = Self.leading(bits, of: hash << UInt64(leafBits)) & ~(number - 1)
        unsafe (leaves[leaf].entries + entry).update(repeating: reference, count: number)
    }

    /// Makes an array of every entry of the only one.
    private mutating func spread() {
        let old = unsafe leaves[0]
        let count = unsafe 1 << old.bits
        let spread = UnsafeMutablePointer<Leaf>.allocate(capacity: count)
        for index in 0..<count {
            let entries = UnsafeMutablePointer<Reference>.allocate(capacity: 1)
            unsafe entries.initialize(to: old.entries[index])
            unsafe (spread + index).initialize(to: Leaf(entries: entries, bits: 0))
        }
        leafBits = unsafe old.bits
        memoryBytes = count * 32
        unsafe old.entries.deallocate()
        unsafe leaves.deallocate()
        unsafe leaves = spread
    }

    private mutating func double(_ leaf: Int) {
        let old = unsafe leaves[leaf]
        let count = unsafe 1 << old.bits
        let entries = UnsafeMutablePointer<Reference>.allocate(capacity: count * 2)
        for index in 0..<count {
            unsafe (entries + index * 2).initialize(repeating: old.entries[index], count: 2)
        }
        unsafe old.entries.deallocate()
        unsafe leaves[leaf] = unsafe Leaf(entries: entries, bits: old.bits + 1)
        memoryBytes += count * 8
    }
}
