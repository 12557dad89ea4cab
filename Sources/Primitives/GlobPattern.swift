// SPDX-License-Identifier: Apache-2.0

/// Redis's glob patterns: `*`, `?`, `[a-z]`, `[^x]` and `\` before a literal byte.
///
/// The matcher is iterative: it remembers only the last `*`, so no pattern makes it recurse and
/// the worst case is O(pattern x text).
public enum GlobPattern {
    /// Whether the whole of `text` matches `pattern`.
    public static func matches(_ text: Bytes, _ pattern: Bytes, ignoringCase: Bool = false) -> Bool
    {
        // As in Redis, not even stars match a text that is empty.
        guard text.count > 0 else { return pattern.count == 0 }
        guard !isTooNested(pattern) else { return false }
        var textIndex = 0
        var patternIndex = 0
        var starPattern = -1
        var starText = 0
        while textIndex < text.count {
            if patternIndex < pattern.count {
                if pattern[patternIndex] == UInt8(ascii: "*") {
                    starPattern = patternIndex
                    starText = textIndex
                    patternIndex += 1
                    continue
                }
                var next = patternIndex
                if matchOne(text[textIndex], pattern, &next, ignoringCase) {
                    patternIndex = next
                    textIndex += 1
                    continue
                }
            }
            guard starPattern >= 0 else { return false }
            // Let the last star swallow one byte more, and try again behind it.
            starText += 1
            textIndex = starText
            patternIndex = starPattern + 1
        }
        while patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
            patternIndex += 1
        }
        return patternIndex == pattern.count
    }

    /// Whether so many stars have something behind them that Redis gives up: it matches by
    /// recursion, a thousand levels deep.
    private static func isTooNested(_ pattern: Bytes) -> Bool {
        guard pattern.count > 2000 else { return false }
        var stars = 0
        var index = 0
        while index < pattern.count {
            if pattern[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            let isStar = pattern[index] == UInt8(ascii: "*")
            index += 1
            guard isStar else { continue }
            while index < pattern.count, pattern[index] == UInt8(ascii: "*") { index += 1 }
            if index < pattern.count { stars += 1 }
        }
        return stars > 1000
    }

    /// Whether `pattern` holds no special byte, so that it can only match itself.
    public static func isLiteral(_ pattern: Bytes) -> Bool {
        for index in 0..<pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\"):
                return false
            default: continue
            }
        }
        return true
    }

    /// Matches one byte against the pattern's element at `index` and moves `index` behind it.
    private static func matchOne(
        _ byte: UInt8, _ pattern: Bytes, _ index: inout Int, _ ignoringCase: Bool
    ) -> Bool {
        switch pattern[index] {
        case UInt8(ascii: "?"):
            index += 1
            return true
        case UInt8(ascii: "["):
            return matchClass(byte, pattern, &index, ignoringCase)
        case UInt8(ascii: "\\") where index + 1 < pattern.count:
            index += 2
            return same(byte, pattern[index - 1], ignoringCase)
        default:
            index += 1
            return same(byte, pattern[index - 1], ignoringCase)
        }
    }

    private static func matchClass(
        _ byte: UInt8, _ pattern: Bytes, _ index: inout Int, _ ignoringCase: Bool
    ) -> Bool {
        index += 1
        let isNegated = index < pattern.count && pattern[index] == UInt8(ascii: "^")
        if isNegated { index += 1 }
        var found = false
        while index < pattern.count {
            if pattern[index] == UInt8(ascii: "\\"), index + 1 < pattern.count {
                index += 1
                if same(byte, pattern[index], ignoringCase) { found = true }
            } else if pattern[index] == UInt8(ascii: "]") {
                break
            } else if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-") {
                let low = fold(min(pattern[index], pattern[index + 2]), ignoringCase)
                let high = fold(max(pattern[index], pattern[index + 2]), ignoringCase)
                let folded = fold(byte, ignoringCase)
                index += 2
                if folded >= low && folded <= high { found = true }
            } else if same(byte, pattern[index], ignoringCase) {
                found = true
            }
            index += 1
        }
        // An unclosed class ends with the pattern.
        if index < pattern.count { index += 1 }
        return found != isNegated
    }

    private static func same(_ left: UInt8, _ right: UInt8, _ ignoringCase: Bool) -> Bool {
        fold(left, ignoringCase) == fold(right, ignoringCase)
    }

    private static func fold(_ byte: UInt8, _ ignoringCase: Bool) -> UInt8 {
        ignoringCase ? byte.lowercasedASCII : byte
    }
}
