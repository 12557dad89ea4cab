// SPDX-License-Identifier: Apache-2.0

/// A set of nodes, a bit each, that knows how many they are.
///
/// A value: copies share the bits until one of them changes.
public struct NodeBitmap: Sendable, Equatable {
    /// Bit `slot % 64` of word `slot / 64`; nodes behind the last word are not in the set.
    public private(set) var words: [UInt64]
    /// A bit for each word that is not 0, so that few nodes of many are found at once.
    private(set) var summary: [UInt64]
    public private(set) var count: Int

    /// No nodes.
    public init() {
        words = []
        summary = []
        count = 0
    }

    /// The nodes whose bits are set. O(words).
    public init(words: [UInt64]) {
        self.init()
        self.words = [UInt64](repeating: 0, count: words.count)
        summary = [UInt64](repeating: 0, count: (words.count + 63) / 64)
        for (index, word) in words.enumerated() { replaceWord(index, with: word) }
    }

    /// All nodes below a slot.
    public init(below bound: Int) {
        var words = [UInt64](repeating: .max, count: max(bound, 0) / 64)
        if bound % 64 > 0 { words.append((1 << (bound % 64)) - 1) }
        self.init(words: words)
    }

    public var isEmpty: Bool { count == 0 }

    public var memoryBytes: Int { (words.capacity + summary.capacity) * 8 }

    @inline(__always)
    public func contains(_ node: NodeID) -> Bool {
        let word = node.index >> 6
        return word < words.count && words[word] >> (node.slot & 63) & 1 != 0
    }

    /// Puts a node in; it may be in already.
    public mutating func insert(_ node: NodeID) {
        let index = node.index >> 6
        let word = index < words.count ? words[index] : 0
        replaceWord(index, with: word | 1 << UInt64(node.slot & 63))
    }

    /// Takes a node out; it may be absent.
    public mutating func remove(_ node: NodeID) {
        guard contains(node) else { return }
        let index = node.index >> 6
        replaceWord(index, with: words[index] & ~(1 << UInt64(node.slot & 63)))
    }

    /// Gives 64 nodes other bits.
    public mutating func replaceWord(_ index: Int, with word: UInt64) {
        while words.count <= index { words.append(0) }
        while summary.count <= index >> 6 { summary.append(0) }
        count += word.nonzeroBitCount - words[index].nonzeroBitCount
        words[index] = word
        let bit: UInt64 = 1 << UInt64(index & 63)
        if word == 0 { summary[index >> 6] &= ~bit } else { summary[index >> 6] |= bit }
    }
}

/// Reads the slots of a bitmap in order, a lot at a time.
@unsafe
struct NodeBitmapReader {
    /// What ``read(_:into:)`` may write behind the slots that were asked for.
    static let slack = 64 + 8

    private let words: UnsafeBufferPointer<UInt64>
    private let summary: UnsafeBufferPointer<UInt64>
    private let bound: Int
    private var next = 0
    /// What is left of the summary's word before `next`.
    private var waiting: UInt64 = 0

    /// - Parameters:
    ///   - words: must outlive the reader, as must `summary`.
    ///   - bound: slots from here on are left out.
    private init(
        _ words: UnsafeBufferPointer<UInt64>, _ summary: UnsafeBufferPointer<UInt64>,
        below bound: Int
    ) {
        unsafe self.words = words
        unsafe self.summary = summary
        unsafe self.bound = bound
    }

    /// Calls `body` with a reader of the slots below `bound`, good until it returns.
    static func with<Result>(
        _ nodes: NodeBitmap, below bound: Int, _ body: (inout NodeBitmapReader) -> Result
    ) -> Result {
        unsafe nodes.words.withUnsafeBufferPointer { words in
            unsafe nodes.summary.withUnsafeBufferPointer { summary in
                var reader = unsafe NodeBitmapReader(words, summary, below: bound)
                return unsafe body(&reader)
            }
        }
    }

    /// Writes whole words' slots until there are at least `wanted`, so up to 63 more, or none are
    /// left; 0 when there were none.
    @inline(__always)
    mutating func read(_ wanted: Int, into slots: UnsafeMutablePointer<UInt32>) -> Int {
        var count = 0
        while count < wanted {
            while unsafe waiting == 0 {
                guard unsafe next < summary.count else { return count }
                unsafe waiting = summary[next]
                unsafe next += 1
            }
            let index = unsafe (next - 1) << 6 | waiting.trailingZeroBitCount
            let base = index << 6
            guard unsafe base < bound else { return count }
            unsafe waiting &= waiting &- 1
            var word = unsafe words[index]
            if unsafe base + 64 > bound { unsafe word &= (1 << UInt64(bound - base)) - 1 }
            let found = word.nonzeroBitCount
            var place = 0
            // Eight at a time whether there are so many or not: how many cannot be foreseen.
            while place < found {
                for step in 0..<8 {
                    let bit = UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
                    unsafe slots[count + place + step] = UInt32(truncatingIfNeeded: base) &+ bit
                    word &= word &- 1
                }
                place += 8
            }
            count += found
        }
        return count
    }
}
