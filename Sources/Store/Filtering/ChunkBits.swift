// SPDX-License-Identifier: Apache-2.0

/// A bit for each of 1,024 nodes.
struct ChunkBits {
    private(set) var words: InlineArray<16, UInt64>

    /// None.
    init() {
        words = InlineArray(repeating: 0)
    }

    /// The bits of one chunk of a longer row of words; what is missing of it is 0.
    init(_ all: [UInt64], chunk: Int) {
        self.init()
        for index in 0..<16 where chunk * 16 + index < all.count {
            words[index] = all[chunk * 16 + index]
        }
    }

    /// Those of 1,024 words that pass a test. The test should be without branches.
    @inline(__always)
    init(_ values: [UInt64], where passes: (UInt64) -> Bool) {
        self.init()
        precondition(values.count == 1024)
        let values = values.span
        for word in 0..<16 {
            var bits: UInt64 = 0
            for bit in 0..<64 {
                let isIn = unsafe passes(values[unchecked: word << 6 | bit])
                bits |= (isIn ? 1 : 0) &<< UInt64(bit)
            }
            words[word] = bits
        }
    }

    var isEmpty: Bool {
        var all: UInt64 = 0
        for index in 0..<16 { all |= words[index] }
        return all == 0
    }

    func contains(_ place: Int) -> Bool { words[place >> 6] >> UInt64(place & 63) & 1 != 0 }

    /// Calls `body` with the place of each bit that is set.
    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        for index in 0..<16 {
            var word = words[index]
            while word != 0 {
                body(index << 6 | word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
    }

    /// Those that are set and pass.
    @inline(__always)
    func filter(_ passes: (Int) -> Bool) -> ChunkBits {
        var passing = ChunkBits()
        forEach { place in
            if passes(place) { passing.words[place >> 6] |= 1 << UInt64(place & 63) }
        }
        return passing
    }

    static func & (left: ChunkBits, right: ChunkBits) -> ChunkBits {
        var both = left
        for index in 0..<16 { both.words[index] &= right.words[index] }
        return both
    }

    static func | (left: ChunkBits, right: ChunkBits) -> ChunkBits {
        var either = left
        for index in 0..<16 { either.words[index] |= right.words[index] }
        return either
    }

    static prefix func ~ (bits: ChunkBits) -> ChunkBits {
        var others = bits
        for index in 0..<16 { others.words[index] = ~others.words[index] }
        return others
    }

    static func &= (left: inout ChunkBits, right: ChunkBits) { left = left & right }
    static func |= (left: inout ChunkBits, right: ChunkBits) { left = left | right }
}

/// A number for each of 1,024 nodes.
struct ChunkNumbers {
    /// As bit patterns, as columns have them.
    private(set) var words: [UInt64]

    init(words: [UInt64]) {
        precondition(words.count == 1024)
        self.words = words
    }

    init(repeating number: Double) {
        words = Array(repeating: number.bitPattern, count: 1024)
    }

    init(_ number: (Int) -> Double) {
        words = (0..<1024).map { number($0).bitPattern }
    }

    subscript(place: Int) -> Double {
        get { Double(bitPattern: words[place]) }
        set { words[place] = newValue.bitPattern }
    }

    func combined(_ operation: FilterOperator, with other: ChunkNumbers) -> ChunkNumbers {
        ChunkNumbers { place in
            operation.apply(.number(self[place]), .number(other[place]))
        }
    }

    /// Where the comparison with a constant holds.
    func compared(_ operation: FilterOperator, with number: Double) -> ChunkBits {
        switch operation {
        case .greater: ChunkBits(words) { Double(bitPattern: $0) > number }
        case .greaterOrEqual: ChunkBits(words) { Double(bitPattern: $0) >= number }
        case .less: ChunkBits(words) { Double(bitPattern: $0) < number }
        case .lessOrEqual: ChunkBits(words) { Double(bitPattern: $0) <= number }
        case .equal: ChunkBits(words) { Double(bitPattern: $0) == number }
        case .notEqual: ChunkBits(words) { Double(bitPattern: $0) != number }
        case .open, .close, .not, .power, .multiply, .divide, .remainder, .add, .subtract, .isIn,
            .and, .or:
            ChunkBits()
        }
    }

    /// Where the comparison with other numbers holds.
    func compared(_ operation: FilterOperator, with other: ChunkNumbers) -> ChunkBits {
        var bits = ChunkBits()
        bits = ~bits
        return bits.filter { place in
            operation.apply(.number(self[place]), .number(other[place])) != 0
        }
    }
}

extension FilterOperator {
    /// The comparison with its sides exchanged.
    var mirrored: FilterOperator {
        switch self {
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .open, .close, .not, .power, .multiply, .divide, .remainder, .add, .subtract, .equal,
            .notEqual, .isIn, .and, .or:
            self
        }
    }
}
