// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import Store

/// Attributes and filters at random: every kind of value, broken ones too, and every operator.
struct FilterModel {
    var random: RandomSource

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[random.below(choices.count)]
    }

    private static let fields = ["a", "b", "c", "n_1", "x-y", "z"]

    private mutating func number() -> String {
        pick(["0", "1", "-1", "2", "10", "3.5", "-0", "1e3", "1e999", "-1.5e-3", "7", "1980"])
    }

    private mutating func text() -> String {
        pick([
            "", "red", "green", "blue", "10", "0", "a\\\"b", "line\\n", "\\u0041",
            String(repeating: "long ", count: 14), String(repeating: "long ", count: 15),
            "re", "number \(random.below(9))",
        ])
    }

    mutating func value(depth: Int = 0) -> String {
        switch random.below(depth > 2 ? 5 : 9) {
        case 0, 1: number()
        case 2: "\"\(text())\""
        case 3: pick(["true", "false"])
        case 4: "null"
        case 5, 6:
            "["
                + (0..<random.below(4)).map { _ in value(depth: depth + 1) }
                .joined(separator: ",") + "]"
        case 7: "{\"a\":\(value(depth: depth + 1))}"
        default: pick(["nul", "tru", "-", "1.2.3", "\"open", "[1,", "[1 2]", "", "truely"])
        }
    }

    /// A JSON object, most of the time.
    mutating func attribute() -> String {
        if random.below(20) == 0 { return pick(["{", "[]", "null", "x", "{}", " {\"a\" 1}"]) }
        var pairs: [String] = []
        for _ in 0..<random.below(6) {
            let space = pick(["", " ", "\t"])
            let name = random.below(12) == 0 ? "odd name" : pick(Self.fields)
            pairs.append("\(space)\"\(name)\"\(space):\(space)\(value())\(space)")
        }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private mutating func constant() -> String {
        switch random.below(5) {
        case 0, 1: pick(["0", "1", "10", "-1", "3.5", "1980", "2"])
        case 2:
            "\"\(pick(["red", "green", "", "10", "0", "e", String(repeating: "long ", count: 14)]))\""
        case 3:
            "["
                + (0..<random.below(random.below(4) == 0 ? 12 : 4)).map { _ in
                    pick(["0", "1", "\"red\"", "\"10\"", "7", "\"\"", "\"line\""])
                }.joined(separator: ",") + "]"
        // Without the space it would not be a word of its own.
        default: "null "
        }
    }

    /// An expression that compiles.
    mutating func expression(depth: Int = 0) -> String {
        let shape = random.below(depth > 3 ? 3 : 9)
        switch shape {
        case 0, 1: return ".\(pick(Self.fields))"
        case 2: return constant()
        case 3: return "(\(pick(["not ", "!"]))\(expression(depth: depth + 1)))"
        default:
            let operation = pick([
                "==", "!=", "<", "<=", ">", ">=", "in", "and", "or", "&&", "||", "+", "-", "*",
                "/", "%", "**", "==", "<", "and", "in",
            ])
            let (left, right) = (expression(depth: depth + 1), expression(depth: depth + 1))
            return "(\(left) \(operation) \(right))"
        }
    }

    mutating func filter() throws -> FilterExpression {
        try ByteString(expression()).withBytes { try FilterExpression($0) }
    }
}
