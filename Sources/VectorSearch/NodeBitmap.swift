// SPDX-License-Identifier: Apache-2.0

/// A set of nodes, a bit each, that knows how many they are.
///
/// A value: copies share the bits until one of them changes.
public struct NodeBitmap: Sendable, Equatable {
    /// Bit `slot % 64` of word `slot / 64`; nodes behind the last word are not in the set.
    public private(set) var words: [UInt64]
    public private(set) var count: Int

    /// No nodes.
    public init() {
        words = []
        count = 0
    }

    /// The nodes whose bits are set. O(words).
    public init(words: [UInt64]) {
        self.words = words
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// All nodes below a slot.
    public init(below bound: Int) {
        words = Array(repeating: .max, count: max(bound, 0) / 64)
        if bound % 64 > 0 { words.append((1 << (bound % 64)) - 1) }
        count = max(bound, 0)
    }

    public var isEmpty: Bool { count == 0 }

    public var memoryBytes: Int { words.capacity * 8 }

    @inline(__always)
    public func contains(_ node: NodeID) -> Bool {
        let word = node.index >> 6
        return word < words.count && words[word] >> (node.slot & 63) & 1 != 0
    }

    /// Puts a node in; it may be in already.
    public mutating func insert(_ node: NodeID) {
        let word = node.index >> 6
        while words.count <= word { words.append(0) }
        if !contains(node) { count += 1 }
        words[word] |= 1 << UInt64(node.slot & 63)
    }

    /// Takes a node out; it may be absent.
    public mutating func remove(_ node: NodeID) {
        guard contains(node) else { return }
        words[node.index >> 6] &= ~(1 << UInt64(node.slot & 63))
        count -= 1
    }

    /// Gives 64 nodes other bits.
    public mutating func replaceWord(_ index: Int, with word: UInt64) {
        while words.count <= index { words.append(0) }
        count += word.nonzeroBitCount - words[index].nonzeroBitCount
        words[index] = word
    }
}

/// Reads the slots of a bitmap in order, a lot at a time.
@unsafe
struct NodeBitmapReader {
    private let words: UnsafeBufferPointer<UInt64>
    private let wordCount: Int
    private var next = 0
    private var word: UInt64 = 0
    private var base: UInt32 = 0
    private let bound: UInt32

    /// - Parameters:
    ///   - words: must outlive the reader.
    ///   - bound: slots from here on are left out.
    init(_ words: UnsafeBufferPointer<UInt64>, below bound: Int) {
        unsafe self.words = words
        unsafe wordCount = min(words.count, (bound + 63) / 64)
        unsafe self.bound = UInt32(bound)
    }

    /// Writes up to `limit` slots; 0 when there are no more.
    @inline(__always)
    mutating func read(_ limit: Int, into slots: UnsafeMutablePointer<UInt32>) -> Int {
        var count = 0
        while count < limit {
            while unsafe word == 0 {
                guard unsafe next < wordCount else { return count }
                unsafe word = words[next]
                unsafe base = UInt32(truncatingIfNeeded: next) << 6
                unsafe next += 1
            }
            let slot = unsafe base | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
            unsafe word &= word &- 1
            guard unsafe slot < bound else { return count }
            unsafe slots[count] = slot
            count += 1
        }
        return count
    }
}
