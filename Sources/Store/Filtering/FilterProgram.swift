// SPDX-License-Identifier: Apache-2.0

import Primitives

/// A filter as tests of whole columns, made of the postfix order of a ``FilterExpression``.
///
/// An element passes if it has all the fields that the filter names, and the condition holds.
struct FilterProgram {
    /// Something that is true or false of a node; fields are numbers in ``FilterProgram/fields``.
    indirect enum Condition {
        case constant(Bool)
        /// The field is neither zero, nor null, nor an empty text.
        case truth(Int)
        case isNull(Int)
        /// Compares both sides as numbers.
        case compare(FilterOperator, Operand, Operand)
        case equals(Int, FilterValue)
        /// The field is one of many values.
        case isAmong(Int, [FilterValue])
        /// Anything else that has two operands: it is evaluated node by node.
        case apply(FilterOperator, Operand, Operand)
        case not(Condition)
        case and(Condition, Condition)
        case or(Condition, Condition)
    }

    /// Something that has a value for a node.
    indirect enum Operand {
        case constant(FilterValue)
        case field(Int)
        case arithmetic(FilterOperator, Operand, Operand)
        case condition(Condition)
    }

    private(set) var fields: [ByteString] = []
    private(set) var condition = Condition.constant(false)

    /// Deeper ones are left to the expression, which needs no recursion.
    private static let deepest = 128
    /// Longer lists are looked up, shorter ones compared one by one.
    private static let longestComparedList = 8

    /// A program without steps, to which others are added.
    init() {}

    /// Nil for an expression that is nested too deeply.
    init?(_ expression: FilterExpression) {
        var stack: [(operand: Operand, depth: Int)] = []
        for step in expression.steps {
            switch step {
            case .value(let value):
                stack.append((.constant(value), 1))
            case .field(let name):
                let number = fields.firstIndex(of: name) ?? fields.count
                if number == fields.count { fields.append(name) }
                stack.append((.field(number), 1))
            case .apply(let operation):
                guard let right = stack.popLast() else { return nil }
                var depth = right.depth
                var left = Operand.constant(.null)
                if operation.operandCount == 2 {
                    guard let last = stack.popLast() else { return nil }
                    left = last.operand
                    depth = max(depth, last.depth)
                }
                guard depth < Self.deepest else { return nil }
                stack.append((Self.apply(operation, left, right.operand), depth + 1))
            }
        }
        guard let last = stack.popLast() else { return nil }
        condition = Self.truth(of: last.operand)
    }
}

extension FilterProgram {
    private static func apply(
        _ operation: FilterOperator, _ left: Operand, _ right: Operand
    ) -> Operand {
        if case .constant(let left) = left, case .constant(let right) = right {
            return .constant(.number(operation.apply(left, right)))
        }
        switch operation {
        case .open, .close:
            return .constant(.number(0))
        case .not:
            return .condition(.not(truth(of: right)))
        case .and:
            return .condition(.and(truth(of: left), truth(of: right)))
        case .or:
            return .condition(.or(truth(of: left), truth(of: right)))
        case .power, .multiply, .divide, .remainder, .add, .subtract:
            return .arithmetic(operation, left, right)
        case .greater, .greaterOrEqual, .less, .lessOrEqual:
            return .condition(.compare(operation, left, right))
        case .equal:
            return .condition(equality(left, right))
        case .notEqual:
            return .condition(.not(equality(left, right)))
        case .isIn:
            return .condition(membership(left, right))
        }
    }

    private static func truth(of operand: Operand) -> Condition {
        switch operand {
        case .constant(let value): .constant(value.isTrue)
        case .field(let field): .truth(field)
        case .condition(let condition): condition
        case .arithmetic: .compare(.notEqual, operand, .constant(.number(0)))
        }
    }

    private static func equality(_ left: Operand, _ right: Operand) -> Condition {
        switch (left, right) {
        case (.constant(let left), .constant(let right)):
            return .constant(left.equals(right))
        case (.field(let field), .constant(let value)), (.constant(let value), .field(let field)):
            return .equals(field, value)
        case (.field, .field):
            return .apply(.equal, left, right)
        case (.field(let field), _), (_, .field(let field)):
            // The other one is a number.
            return .and(.not(.isNull(field)), .compare(.equal, left, right))
        case (.constant(.null), _), (_, .constant(.null)):
            return .constant(false)
        case (.constant, _), (.arithmetic, _), (.condition, _):
            return .compare(.equal, left, right)
        }
    }

    private static func membership(_ left: Operand, _ right: Operand) -> Condition {
        switch (left, right) {
        case (_, .constant(.list(let values))):
            if case .field(let field) = left, values.count > longestComparedList {
                return .isAmong(field, values)
            }
            if values.count > longestComparedList { return .apply(.isIn, left, right) }
            return values.reduce(.constant(false)) {
                .or($0, equality(left, .constant($1)))
            }
        case (_, .constant(.number)), (_, .constant(.null)), (_, .arithmetic), (_, .condition):
            return .constant(false)
        case (_, .constant(.text)), (_, .field):
            return .apply(.isIn, left, right)
        }
    }
}
