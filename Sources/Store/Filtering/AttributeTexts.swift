// SPDX-License-Identifier: Apache-2.0

import Primitives

/// The different texts of a column, each with a number and a count of its uses.
///
/// Only short ones and a limited number of them: what most nodes have for themselves, the text of
/// a memory, an address, would be kept twice for nothing, and a copy of the table must not take
/// long.
struct AttributeTexts: Sendable {
    /// Longer texts are not kept.
    static let longest = 64
    /// More texts are not kept.
    static let maximumCount = 4_096

    private struct Text {
        var text: ByteString
        /// As a number, where it is compared with one.
        var numeric: Double
        var uses: Int
    }

    private var codes: [ByteString: Int] = [:]
    private var texts: [Text] = []
    private var free: [Int] = []

    /// The number of a text that is kept.
    func code(of text: ByteString) -> Int? { codes[text] }

    func text(_ code: Int) -> ByteString { texts[code].text }

    func numeric(_ code: Int) -> Double { texts[code].numeric }

    /// Counts one more use of a text, and gives its number; nil if it is not kept.
    mutating func use(_ text: ByteString) -> Int? {
        if let code = codes[text] {
            texts[code].uses += 1
            return code
        }
        guard text.count <= Self.longest, codes.count < Self.maximumCount else { return nil }
        let new = Text(text: text, numeric: FilterValue.text(text).numeric, uses: 1)
        let code: Int
        if let last = free.popLast() {
            code = last
            texts[code] = new
        } else {
            code = texts.count
            texts.append(new)
        }
        codes[text] = code
        return code
    }

    /// Counts one use less; the last one frees the number.
    mutating func release(_ code: Int) {
        texts[code].uses -= 1
        guard texts[code].uses == 0 else { return }
        codes[texts[code].text] = nil
        texts[code].text = ByteString()
        free.append(code)
    }

    var memoryBytes: Int {
        var bytes = codes.capacity * 17 + texts.capacity * 24 + free.capacity * 8
        for (text, _) in codes { bytes += 32 + text.count }
        return bytes
    }
}
