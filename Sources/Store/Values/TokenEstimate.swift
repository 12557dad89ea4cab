// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// How many tokens a language model will make of a text, where nobody has counted.
///
/// A quarter of the bytes, as byte-pair vocabularies give for Latin, Greek, Cyrillic, Hebrew and
/// Arabic text (two bytes a letter, half as many letters a token); a third for scripts of three
/// bytes a character (Chinese, Japanese, Korean, Indic: about a token each); half for four bytes
/// (emoji: about two tokens each). Rounded up, so no text but the empty one is free.
public enum TokenEstimate {
    /// The estimate for a text. O(bytes).
    public static func tokens(of text: Bytes) -> Int64 {
        var twelfths: Int64 = 0
        for index in 0..<text.count {
            let byte = text[index]
            // Bytes behind the first of a character weigh as ASCII; the first brings what lacks.
            let weight: Int64 = byte < 0xE0 ? 3 : byte < 0xF0 ? 6 : 15
            twelfths &+= weight
        }
        return (twelfths + 11) / 12
    }

    /// The tokens of something with an attribute: the number `tokens` of the JSON object, else an
    /// estimate from the attribute, else, without one, from the text.
    public static func tokens(ofAttribute attribute: Bytes?, else text: Bytes) -> Int64 {
        guard let attribute, !attribute.isEmpty else { return tokens(of: text) }
        if case .number(let number) = JSONFields.value(of: Bytes("tokens"), in: attribute),
            number >= 0, number <= Double(ContextLimits.tokensOfMessage)
        {
            return Int64(number.rounded(.up))
        }
        return tokens(of: attribute)
    }
}
