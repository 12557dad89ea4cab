// SPDX-License-Identifier: Apache-2.0

/// What a node has in a field, in 64 bits: a number as a double has it, all else as one of the many
/// patterns of bits that are no number. JSON has no NaN, so they are free.
///
/// Comparing the words as doubles is then right for numbers and false for all else.
enum AttributeWord {
    /// No such field, or one that counts as missing.
    static let missing: UInt64 = 0xFFF8_0000_0000_0000
    static let null: UInt64 = 0xFFF9_0000_0000_0000
    /// A text by its number in the column.
    static let text: UInt64 = 0xFFFA_0000_0000_0000
    /// A text that the column does not keep: 48 bits of its hash. Another hash is another text.
    static let looseText: UInt64 = 0xFFFB_0000_0000_0000
    /// A list by its number in the chunk.
    static let list: UInt64 = 0xFFFC_0000_0000_0000
    /// A list that the column does not keep.
    static let looseList: UInt64 = 0xFFFD_0000_0000_0000

    private static let kindMask: UInt64 = 0xFFFF_0000_0000_0000

    @inline(__always)
    static func kind(_ word: UInt64) -> UInt64 { word & kindMask }

    @inline(__always)
    static func payload(_ word: UInt64) -> Int { Int(word & ~kindMask) }

    @inline(__always)
    static func isNumber(_ word: UInt64) -> Bool { word < missing }

    static func number(_ number: Double) -> UInt64 { number.bitPattern }

    static func looseText(hash: UInt64) -> UInt64 { looseText | hash & ~kindMask }
}
