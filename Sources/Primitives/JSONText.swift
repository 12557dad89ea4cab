// SPDX-License-Identifier: Apache-2.0

/// Checks that bytes are one JSON text (RFC 8259), without building anything from it.
public enum JSONText {
    /// Arrays and objects nested deeper than this are refused.
    public static var maximumDepth: Int { 128 }

    /// Whether the bytes are a JSON value and nothing else but white space. Strings may hold any
    /// bytes but control characters: their UTF-8 is not checked. O(bytes).
    public static func isValid(_ text: Bytes) -> Bool {
        var checker = Checker(text: text)
        guard checker.value(depth: 0) else { return false }
        checker.skipSpaces()
        return checker.position == text.count
    }

    private struct Checker {
        let text: Bytes
        var position = 0

        var peek: UInt8? { position < text.count ? text[position] : nil }

        mutating func consume(_ byte: UInt8) -> Bool {
            guard peek == byte else { return false }
            position += 1
            return true
        }

        mutating func skipSpaces() {
            while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                position += 1
            }
        }

        mutating func value(depth: Int) -> Bool {
            skipSpaces()
            switch peek {
            case nil: return false
            case UInt8(ascii: "{"): return depth < maximumDepth && object(depth: depth + 1)
            case UInt8(ascii: "["): return depth < maximumDepth && array(depth: depth + 1)
            case UInt8(ascii: "\""): return string()
            case UInt8(ascii: "t"): return word("true")
            case UInt8(ascii: "f"): return word("false")
            case UInt8(ascii: "n"): return word("null")
            default: return number()
            }
        }

        private mutating func object(depth: Int) -> Bool {
            position += 1
            skipSpaces()
            if consume(UInt8(ascii: "}")) { return true }
            while true {
                skipSpaces()
                guard string() else { return false }
                skipSpaces()
                guard consume(UInt8(ascii: ":")), value(depth: depth) else { return false }
                skipSpaces()
                if consume(UInt8(ascii: "}")) { return true }
                guard consume(UInt8(ascii: ",")) else { return false }
            }
        }

        private mutating func array(depth: Int) -> Bool {
            position += 1
            skipSpaces()
            if consume(UInt8(ascii: "]")) { return true }
            while value(depth: depth) {
                skipSpaces()
                if consume(UInt8(ascii: "]")) { return true }
                guard consume(UInt8(ascii: ",")) else { return false }
            }
            return false
        }

        private mutating func string() -> Bool {
            guard consume(UInt8(ascii: "\"")) else { return false }
            while let byte = peek {
                position += 1
                if byte == UInt8(ascii: "\"") { return true }
                guard byte >= 0x20 else { return false }
                if byte == UInt8(ascii: "\\"), !escape() { return false }
            }
            return false
        }

        private mutating func escape() -> Bool {
            guard let letter = peek else { return false }
            position += 1
            guard letter == UInt8(ascii: "u") else {
                return Bytes("\"\\/bfnrt").firstIndex(of: letter) != nil
            }
            for _ in 0..<4 {
                guard let digit = peek, isHexadecimal(digit) else { return false }
                position += 1
            }
            return true
        }

        private func isHexadecimal(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte.lowercasedASCII)
        }

        private mutating func word(_ word: StaticString) -> Bool {
            guard text.dropping(position).hasPrefix(Bytes(word)) else { return false }
            position += word.utf8CodeUnitCount
            return true
        }

        private mutating func digits() -> Bool {
            let start = position
            while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
            return position > start
        }

        private mutating func number() -> Bool {
            _ = consume(UInt8(ascii: "-"))
            // No digit may follow a leading zero.
            if !consume(UInt8(ascii: "0")), !digits() { return false }
            if consume(UInt8(ascii: ".")), !digits() { return false }
            guard consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) else { return true }
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            return digits()
        }
    }
}
