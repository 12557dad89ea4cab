// SPDX-License-Identifier: Apache-2.0

/// A command's arguments as a tree, read from the line of its declaration.
///
/// The notation is that of Redis's documentation: words in capitals are literal tokens, words in
/// lower case arguments with an optional type (`seconds:integer`; `key` is a key, all else a
/// string), `[...]` is optional, `<...>` required, `|` stands between alternatives, and `[field
/// ...]` behind `field` repeats it.
public struct CommandSyntax: Sendable {
    /// The types of Redis's COMMAND DOCS.
    public enum ArgumentType: String, Sendable {
        case string
        case integer
        case double
        case key
        case pattern
        case unixTime = "unix-time"
        case pureToken = "pure-token"
        case oneOf = "oneof"
        case block
    }

    public struct Argument: Sendable {
        public var name: String
        public var type: ArgumentType
        /// The literal word before the argument, or that it is.
        public var token: String?
        public var isOptional = false
        public var isMultiple = false
        /// Whether the token stands before every repetition.
        public var repeatsToken = false
        /// What to show for it, when not its name.
        public var displayText: String?
        /// Which of the command's key specs finds it.
        public var keySpecIndex: Int?
        public var since: String?
        public var deprecatedSince: String?
        /// The alternatives, or the parts of a block.
        public var arguments: [Argument] = []
    }

    public let arguments: [Argument]

    /// The syntax that `text` declares, or nil when it does not follow the notation.
    public init?(_ text: String) {
        var spaced = ""
        for character in text {
            spaced += "[]<>|".contains(character) ? " \(character) " : String(character)
        }
        var reader = Reader(words: spaced.split(separator: " ").map(String.init))
        guard let alternatives = reader.alternatives(until: nil), alternatives.count == 1 else {
            return nil
        }
        arguments = alternatives[0].arguments
    }
}

extension CommandSyntax {
    /// Reads words from left to right.
    private struct Reader {
        let words: [String]
        var position = 0

        /// One side of a `|`.
        struct Sequence {
            var arguments: [Argument] = []
            var repeats = false
        }

        init(words: [String]) {
            self.words = words
        }

        /// Reads alternatives up to the closing word, or to the end.
        mutating func alternatives(until closing: String?) -> [Sequence]? {
            var alternatives = [Sequence()]
            // Where in the sequence the block of the last token began.
            var token: (word: String, index: Int)?
            func closeToken() {
                guard let (word, index) = token else { return }
                token = nil
                let last = alternatives.count - 1
                let parts = Array(alternatives[last].arguments[index...])
                alternatives[last].arguments.removeSubrange(index...)
                alternatives[last].arguments.append(Self.joined(word, parts))
            }
            while position < words.count {
                let word = words[position]
                position += 1
                let last = alternatives.count - 1
                switch word {
                case "]", ">":
                    guard word == closing else { return nil }
                    closeToken()
                    return alternatives
                case "|":
                    closeToken()
                    alternatives.append(Sequence())
                case "...":
                    alternatives[last].repeats = true
                case "[", "<":
                    guard let inner = self.alternatives(until: word == "[" ? "]" : ">") else {
                        return nil
                    }
                    if inner.count == 1, inner[0].repeats {
                        Self.repeatTail(&alternatives[last].arguments, inner[0].arguments)
                        continue
                    }
                    // An option of its own does not belong to the token before it.
                    if word == "[", Self.beginsWithToken(inner) { closeToken() }
                    guard var argument = Self.argument(of: inner) else { return nil }
                    if word == "[" { argument.isOptional = true }
                    alternatives[last].arguments.append(argument)
                default:
                    if Self.isToken(word) {
                        closeToken()
                        token = (word, alternatives[alternatives.count - 1].arguments.count)
                    } else {
                        guard let argument = Self.argument(word) else { return nil }
                        alternatives[last].arguments.append(argument)
                    }
                }
            }
            guard closing == nil else { return nil }
            closeToken()
            return alternatives
        }

        private static func isToken(_ word: String) -> Bool {
            ["=", "~", "*", "$"].contains(word)
                || (word == word.uppercased() && word.contains(where: \.isLetter))
        }

        private static func beginsWithToken(_ alternatives: [Sequence]) -> Bool {
            alternatives.allSatisfy { $0.arguments.first?.token != nil }
        }

        private static func argument(_ word: String) -> Argument? {
            let parts = word.split(separator: ":").map(String.init)
            guard let name = parts.first, parts.count <= 2 else { return nil }
            guard parts.count == 2 else {
                return Argument(name: name, type: name == "key" ? .key : .string)
            }
            return ArgumentType(rawValue: parts[1]).map { Argument(name: name, type: $0) }
        }

        /// A token with what belongs to it.
        private static func joined(_ word: String, _ parts: [Argument]) -> Argument {
            let name = word.lowercased()
            switch parts.count {
            case 0: return Argument(name: name, type: .pureToken, token: word)
            case 1 where parts[0].token == nil && !parts[0].isOptional:
                var part = parts[0]
                part.token = word
                return part
            default: return Argument(name: name, type: .block, token: word, arguments: parts)
            }
        }

        /// What stands in brackets, as one argument.
        private static func argument(of alternatives: [Sequence]) -> Argument? {
            let arguments = alternatives.compactMap { sequence in
                sequence.arguments.count > 1
                    ? Argument(name: "data", type: .block, arguments: sequence.arguments)
                    : sequence.arguments.first
            }
            guard arguments.count == alternatives.count, let first = arguments.first else {
                return nil
            }
            if arguments.count == 1 { return first }
            let areTokens = arguments.allSatisfy { $0.type == .pureToken }
            let isExpiry = arguments.contains { $0.token == "EX" }
            let name = isExpiry ? "expiration" : areTokens ? "condition" : "option"
            return Argument(name: name, type: .oneOf, arguments: arguments)
        }

        /// Marks the end of `arguments` as repeated if it is what `tail` repeats, else appends it.
        private static func repeatTail(_ arguments: inout [Argument], _ tail: [Argument]) {
            let isSame =
                arguments.count >= tail.count
                && arguments.suffix(tail.count).map(\.name) == tail.map(\.name)
            if isSame { arguments.removeLast(tail.count) }
            var repeated =
                tail.count == 1
                ? tail[0] : Argument(name: "data", type: .block, arguments: tail)
            repeated.isMultiple = true
            repeated.isOptional = !isSame
            arguments.append(repeated)
        }
    }
}
