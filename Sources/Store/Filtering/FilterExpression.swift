// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A test on an element's JSON attribute, as VSIM's FILTER takes it: `.year > 1980 and .genre in
/// ["action", "war"]`.
///
/// The language is that of Redis vector sets: numbers, strings, `null`, lists in brackets, `.field`
/// of the top level, arithmetic, comparisons, `in`, `and`, `or`, `not` and their symbols. A missing
/// field makes the whole test false. Compiled into postfix order; a ``FilterProgram`` tests many
/// nodes at a time on their columns, ``matches(_:)`` one attribute, without recursion.
public struct FilterExpression: Sendable {
    /// What the text fails at.
    public struct SyntaxError: Error, Equatable {
        /// The text from the place of the failure on; all of it where the place is not known.
        public let near: ByteString
    }

    enum Step: Sendable {
        case value(FilterValue)
        case field(ByteString)
        case apply(FilterOperator)
    }

    let steps: [Step]
    /// What was compiled.
    let text: ByteString

    /// Compiles an expression.
    /// - Throws: ``SyntaxError``.
    public init(_ text: Bytes) throws(SyntaxError) {
        self.text = ByteString(text)
        var compiler = FilterCompiler(text)
        steps = try compiler.compile()
    }

    /// Whether the JSON object in `attribute` passes. Never fails: what cannot be read does not
    /// pass.
    public func matches(_ attribute: Bytes) -> Bool {
        var stack: [FilterValue] = []
        stack.reserveCapacity(8)
        for step in steps {
            switch step {
            case .value(let value):
                stack.append(value)
            case .field(let name):
                guard let value = name.withBytes({ JSONFields.value(of: $0, in: attribute) })
                else { return false }
                stack.append(value)
            case .apply(let operation):
                // The compiler has checked that the operands are there.
                guard let right = stack.popLast() else { return false }
                let left = operation.operandCount == 2 ? stack.popLast() : nil
                stack.append(.number(operation.apply(left ?? .null, right)))
            }
        }
        return stack.last?.isTrue ?? false
    }
}

/// A value while an expression is evaluated.
enum FilterValue: Sendable, Equatable {
    case number(Double)
    case text(ByteString)
    case list([FilterValue])
    case null

    var isTrue: Bool {
        switch self {
        case .number(let number): number != 0
        case .text(let text): !text.isEmpty
        case .list: true
        case .null: false
        }
    }

    /// The number itself, or the one that a text spells, else 0.
    var numeric: Double {
        switch self {
        case .number(let number): number
        case .text(let text): text.withBytes { Double(strict: $0) } ?? 0
        case .list, .null: 0
        }
    }

    /// Equality as the language has it: texts as bytes, null only with null, all else as numbers.
    func equals(_ other: FilterValue) -> Bool {
        switch (self, other) {
        case (.text(let left), .text(let right)): left == right
        case (.null, .null): true
        case (.null, _), (_, .null): false
        default: numeric == other.numeric
        }
    }

    /// Membership in a list, or one text inside another.
    func isIn(_ other: FilterValue) -> Bool {
        switch (self, other) {
        case (_, .list(let values)): values.contains { equals($0) }
        case (.text(let part), .text(let whole)):
            part.withBytes { part in whole.withBytes { $0.contains(part) } }
        default: false
        }
    }
}

enum FilterOperator: Sendable {
    case open
    case close
    case not
    case power
    case multiply
    case divide
    case remainder
    case add
    case subtract
    case greater
    case greaterOrEqual
    case less
    case lessOrEqual
    case equal
    case notEqual
    case isIn
    case and
    case or

    /// By spelling; a longer one wins over its own prefix.
    static let spellings: [(text: StaticString, operation: FilterOperator)] = [
        ("(", .open), (")", .close), ("!", .not), ("not", .not), ("**", .power), ("*", .multiply),
        ("/", .divide), ("%", .remainder), ("+", .add), ("-", .subtract), (">", .greater),
        (">=", .greaterOrEqual), ("<", .less), ("<=", .lessOrEqual), ("==", .equal),
        ("!=", .notEqual), ("in", .isIn), ("and", .and), ("&&", .and), ("or", .or), ("||", .or),
    ]

    var precedence: Int {
        switch self {
        case .open, .close: 7
        case .not: 6
        case .power: 5
        case .multiply, .divide, .remainder: 4
        case .add, .subtract: 3
        case .greater, .greaterOrEqual, .less, .lessOrEqual, .equal, .notEqual, .isIn: 2
        case .and: 1
        case .or: 0
        }
    }

    var operandCount: Int {
        switch self {
        case .open, .close: 0
        case .not: 1
        case .power, .multiply, .divide, .remainder, .add, .subtract, .greater, .greaterOrEqual,
            .less, .lessOrEqual, .equal, .notEqual, .isIn, .and, .or:
            2
        }
    }

    func apply(_ left: FilterValue, _ right: FilterValue) -> Double {
        switch self {
        case .open, .close: 0
        case .not: right.isTrue ? 0 : 1
        case .power: Arithmetic.power(left.numeric, right.numeric)
        case .multiply: left.numeric * right.numeric
        case .divide: left.numeric / right.numeric
        case .remainder: left.numeric.truncatingRemainder(dividingBy: right.numeric)
        case .add: left.numeric + right.numeric
        case .subtract: left.numeric - right.numeric
        case .greater: left.numeric > right.numeric ? 1 : 0
        case .greaterOrEqual: left.numeric >= right.numeric ? 1 : 0
        case .less: left.numeric < right.numeric ? 1 : 0
        case .lessOrEqual: left.numeric <= right.numeric ? 1 : 0
        case .equal: left.equals(right) ? 1 : 0
        case .notEqual: left.equals(right) ? 0 : 1
        case .isIn: left.isIn(right) ? 1 : 0
        case .and: left.isTrue && right.isTrue ? 1 : 0
        case .or: left.isTrue || right.isTrue ? 1 : 0
        }
    }
}
