// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Finds one field at the top level of a JSON object, without reading the rest into memory.
///
/// As lenient as Redis's own: values that are skipped are only skimmed, and what a filter cannot
/// use (nested objects, malformed text) counts as missing.
enum JSONFields {
    /// Lists deeper than this count as missing.
    private static var maximumDepth: Int { 32 }

    /// The value of the field, or nil.
    static func value(of name: Bytes, in json: Bytes) -> FilterValue? {
        var scanner = JSONScanner(json)
        guard scanner.seek(name) else { return nil }
        return value(&scanner, depth: 0)
    }

    /// All fields of the object that a filter can name, as ``value(of:in:)`` finds them; nil for
    /// one that counts as missing.
    static func all(in json: Bytes) -> [ByteString: FilterValue?] {
        var fields: [ByteString: FilterValue?] = [:]
        var scanner = JSONScanner(json)
        scanner.forEach { name, scanner in
            guard name.count > 0, name.isFieldName else { return }
            let name = ByteString(name)
            // The first of several of one name counts.
            guard fields.index(forKey: name) == nil else { return }
            fields.updateValue(value(&scanner, depth: 0), forKey: name)
        }
        return fields
    }

    private static func value(_ scanner: inout JSONScanner, depth: Int) -> FilterValue? {
        scanner.skipSpaces()
        guard let byte = scanner.peek, depth <= maximumDepth else { return nil }
        switch byte {
        case UInt8(ascii: "\""): return scanner.text().map { .text($0) }
        case UInt8(ascii: "["): return list(&scanner, depth: depth)
        case UInt8(ascii: "t"): return scanner.literal("true") ? .number(1) : nil
        case UInt8(ascii: "f"): return scanner.literal("false") ? .number(0) : nil
        case UInt8(ascii: "n"): return scanner.literal("null") ? .null : nil
        default: return scanner.number().map { .number($0) }
        }
    }

    private static func list(_ scanner: inout JSONScanner, depth: Int) -> FilterValue? {
        scanner.advance()
        scanner.skipSpaces()
        var values: [FilterValue] = []
        if scanner.consume(UInt8(ascii: "]")) { return .list(values) }
        while let element = value(&scanner, depth: depth + 1) {
            values.append(element)
            scanner.skipSpaces()
            if scanner.consume(UInt8(ascii: "]")) { return .list(values) }
            guard scanner.consume(UInt8(ascii: ",")) else { return nil }
        }
        return nil
    }
}

/// A place in a JSON text.
private struct JSONScanner {
    private let json: Bytes
    private var position = 0

    init(_ json: Bytes) {
        self.json = json
    }

    var peek: UInt8? { position < json.count ? json[position] : nil }

    mutating func advance() { position += 1 }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpaces() {
        while let byte = peek, byte.isSpace { position += 1 }
    }

    /// Moves to the value of a field of the object; false when there is none.
    mutating func seek(_ name: Bytes) -> Bool {
        guard begin() else { return false }
        while let found = nextName() {
            if found == name { return peek != nil }
            guard skipValue(), nextComma() else { return false }
        }
        return false
    }

    /// Calls `body` with each field's name and a scanner at its value, as far as the object can be
    /// read.
    mutating func forEach(_ body: (Bytes, inout JSONScanner) -> Void) {
        guard begin() else { return }
        while let name = nextName(), peek != nil {
            var place = self
            body(name, &place)
            guard skipValue(), nextComma() else { return }
        }
    }

    private mutating func begin() -> Bool {
        skipSpaces()
        return consume(UInt8(ascii: "{"))
    }

    /// Reads a name and the colon behind it.
    private mutating func nextName() -> Bytes? {
        skipSpaces()
        let start = position + 1
        guard peek == UInt8(ascii: "\""), skipString() else { return nil }
        let name = json[start..<(position - 1)]
        skipSpaces()
        guard consume(UInt8(ascii: ":")) else { return nil }
        skipSpaces()
        return name
    }

    private mutating func nextComma() -> Bool {
        skipSpaces()
        return consume(UInt8(ascii: ","))
    }

    private mutating func skipString() -> Bool {
        position += 1
        while let byte = peek {
            position += 1
            if byte == UInt8(ascii: "\\") {
                position += 1
            } else if byte == UInt8(ascii: "\"") {
                return true
            }
        }
        return false
    }

    private mutating func skipValue() -> Bool {
        switch peek {
        case nil: return false
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "{"): return skipBracketed(UInt8(ascii: "{"), UInt8(ascii: "}"))
        case UInt8(ascii: "["): return skipBracketed(UInt8(ascii: "["), UInt8(ascii: "]"))
        default:
            let start = position
            while let byte = peek, byte.isLetter || byte.isNumberByte { position += 1 }
            return position > start
        }
    }

    private mutating func skipBracketed(_ opener: UInt8, _ closer: UInt8) -> Bool {
        var depth = 0
        while let byte = peek {
            if byte == UInt8(ascii: "\"") {
                guard skipString() else { return false }
                continue
            }
            position += 1
            if byte == opener { depth += 1 }
            if byte == closer { depth -= 1 }
            if depth == 0 { return true }
        }
        return false
    }

    mutating func text() -> ByteString? {
        position += 1
        let start = position
        var hasEscape = false
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                position += 1
            }
            position += 1
        }
        guard position < json.count else { return nil }
        let raw = json[start..<position]
        position += 1
        return hasEscape ? Self.unescaped(raw) : ByteString(raw)
    }

    /// Escapes beyond the five common ones stand for the byte behind the backslash, as in Redis.
    private static func unescaped(_ raw: Bytes) -> ByteString {
        var bytes: [UInt8] = []
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\"), index + 1 < raw.count else {
                bytes.append(raw[index])
                index += 1
                continue
            }
            switch raw[index + 1] {
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
            case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
            default: bytes.append(raw[index + 1])
            }
            index += 2
        }
        return ByteString(bytes)
    }

    mutating func literal(_ word: StaticString) -> Bool {
        let rest = json.dropping(position)
        guard rest.hasPrefix(Bytes(word)) else { return false }
        position += word.utf8CodeUnitCount
        guard let next = peek else { return true }
        return next.isSpace || Bytes(",]}").firstIndex(of: next) != nil
    }

    mutating func number() -> Double? {
        let start = position
        guard let first = peek, first.isDigit || Bytes("+-").firstIndex(of: first) != nil else {
            return nil
        }
        while let byte = peek, byte.isNumberByte { position += 1 }
        return Double(strict: json[start..<position])
    }
}

extension Bytes {
    /// Whether a filter can name a field so.
    fileprivate var isFieldName: Bool {
        for index in 0..<count where !self[index].isFieldByte { return false }
        return true
    }
}

extension UInt8 {
    fileprivate var isNumberByte: Bool { isDigit || Bytes("+-.eE").firstIndex(of: self) != nil }
}
