// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Turns the text of a filter into postfix order, by operator precedence with a stack (Dijkstra's
/// shunting yard).
struct FilterCompiler {
    private enum Token {
        case value(FilterValue)
        case field(ByteString)
        case operation(FilterOperator)
    }

    private let text: Bytes
    private var position = 0
    private var steps: [FilterExpression.Step] = []
    private var pending: [FilterOperator] = []
    /// How many values the steps so far would leave.
    private var depth = 0

    init(_ text: Bytes) {
        // As for Redis, a zero byte ends the text.
        self.text = text.firstIndex(of: 0).map { text[0..<$0] } ?? text
    }

    mutating func compile() throws(FilterExpression.SyntaxError) -> [FilterExpression.Step] {
        for token in try tokens() {
            switch token {
            case .value(let value):
                steps.append(.value(value))
                depth += 1
            case .field(let name):
                steps.append(.field(name))
                depth += 1
            case .operation(let operation):
                try place(operation)
            }
        }
        while let operation = pending.popLast() {
            guard operation != .open else { throw failure(at: 0) }
            try emit(operation)
        }
        guard depth == 1 else { throw failure(at: 0) }
        return steps
    }

    private func failure(at position: Int) -> FilterExpression.SyntaxError {
        let start = position < text.count ? position : 0
        return FilterExpression.SyntaxError(near: ByteString(text.dropping(start)))
    }

    private mutating func place(
        _ operation: FilterOperator
    ) throws(FilterExpression.SyntaxError) {
        if operation == .close {
            while let top = pending.popLast() {
                if top == .open { return }
                try emit(top)
            }
            throw failure(at: 0)
        }
        if operation != .open {
            while let top = pending.last, top != .open {
                // `**` alone binds to the right.
                if top.precedence < operation.precedence { break }
                if operation == .power, top.precedence <= operation.precedence { break }
                pending.removeLast()
                try emit(top)
            }
        }
        pending.append(operation)
    }

    private mutating func emit(_ operation: FilterOperator) throws(FilterExpression.SyntaxError) {
        guard depth >= operation.operandCount else { throw failure(at: 0) }
        steps.append(.apply(operation))
        depth -= operation.operandCount - 1
    }
}

// MARK: - Tokens

extension FilterCompiler {
    private mutating func tokens() throws(FilterExpression.SyntaxError) -> [Token] {
        var tokens: [Token] = []
        while true {
            skipSpaces()
            guard position < text.count else { return tokens }
            guard let token = token(after: tokens.last) else { throw failure(at: position) }
            tokens.append(token)
        }
    }

    private mutating func token(after last: Token?) -> Token? {
        let byte = text[position]
        let next = position + 1 < text.count ? text[position + 1] : 0
        if byte.isDigit || (byte == UInt8(ascii: "-") && next.isDigit && minusIsSign(after: last)) {
            return number().map { .value($0) }
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            return quoted().map { .value($0) }
        }
        if byte == UInt8(ascii: "."), next.isFieldByte { return field() }
        if byte == UInt8(ascii: "[") { return list().map { .value($0) } }
        if byte.isLetter || byte.isOperatorByte { return operation() }
        return nil
    }

    /// At the start and behind an operator other than `)` a minus belongs to the number.
    private func minusIsSign(after last: Token?) -> Bool {
        switch last {
        case nil: true
        case .operation(let operation): operation != .close
        case .value, .field: false
        }
    }

    private mutating func skipSpaces() {
        while position < text.count, text[position].isSpace { position += 1 }
    }

    private mutating func number() -> FilterValue? {
        let start = position
        while position < text.count,
            text[position].isDigit || text[position] == UInt8(ascii: ".")
                || text[position] == UInt8(ascii: "e") || text[position] == UInt8(ascii: "E")
                || (position == start && text[position] == UInt8(ascii: "-"))
        {
            position += 1
        }
        guard position - start < 256 else { return nil }
        return Double(strict: text[start..<position]).map { .number($0) }
    }

    /// A text in quotes. A backslash keeps the quote behind it from ending the text, and stays.
    private mutating func quoted() -> FilterValue? {
        let quote = text[position]
        position += 1
        let start = position
        while position < text.count {
            if text[position] == UInt8(ascii: "\\"), position + 1 < text.count {
                position += 2
            } else if text[position] == quote {
                position += 1
                return .text(ByteString(text[start..<(position - 1)]))
            } else {
                position += 1
            }
        }
        return nil
    }

    private mutating func field() -> Token {
        position += 1
        let start = position
        while position < text.count, text[position].isFieldByte { position += 1 }
        return .field(ByteString(text[start..<position]))
    }

    private mutating func list() -> FilterValue? {
        position += 1
        var values: [FilterValue] = []
        while true {
            skipSpaces()
            guard position < text.count else { return nil }
            let byte = text[position]
            if byte == UInt8(ascii: "]") { break }
            let value: FilterValue?
            if byte.isDigit || byte == UInt8(ascii: "-") {
                value = number()
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                value = quoted()
            } else {
                return nil
            }
            guard let value else { return nil }
            values.append(value)
            skipSpaces()
            guard position < text.count else { return nil }
            if text[position] == UInt8(ascii: "]") { break }
            guard text[position] == UInt8(ascii: ",") else { return nil }
            position += 1
        }
        position += 1
        return .list(values)
    }

    private mutating func skipOperatorBytes(below end: Int) {
        while position < end, text[position].isLetter || text[position].isOperatorByte {
            position += 1
        }
    }

    /// An operator, or `null`: the longest spelling at the start of a run of letters and symbols.
    private mutating func operation() -> Token? {
        let start = position
        // As much of the run as tells `null` from a longer word: runs of parentheses may be long.
        skipOperatorBytes(below: min(start + 5, text.count))
        let run = text[start..<position]
        if run == "null" { return .value(.null) }
        var best: (count: Int, operation: FilterOperator)?
        for (spelling, operation) in FilterOperator.spellings
        where run.hasPrefix(Bytes(spelling)) && spelling.utf8CodeUnitCount > best?.count ?? 0 {
            best = (spelling.utf8CodeUnitCount, operation)
        }
        guard let best else {
            skipOperatorBytes(below: text.count)
            return nil
        }
        position = start + best.count
        return .operation(best.operation)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLetter: Bool { lowercasedASCII >= 0x61 && lowercasedASCII <= 0x7A }
    var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

    var isFieldByte: Bool {
        isLetter || isDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
    }

    fileprivate var isOperatorByte: Bool { Bytes("+-*%/!()<>=|&").firstIndex(of: self) != nil }
}
