// SPDX-License-Identifier: Apache-2.0

extension CommandSyntax {
    /// Reads the exact notation of ``CommandReference``.
    ///
    /// An argument is its name, and then without spaces: `:type` unless it is a string, `=TOKEN`
    /// for the word before it or `!TOKEN` when it is but a word, `~text` to display, `#number` of
    /// its key spec, `^version` since, `/version` deprecated since, `?` when optional, `*` when
    /// repeated, `+` when its token repeats too, and in parentheses the arguments within it. Words
    /// with other letters than those of names stand between backticks.
    init(reference text: String) {
        var reader = ReferenceReader(letters: Array(text.utf8))
        arguments = reader.arguments()
    }
}

private struct ReferenceReader {
    let letters: [UInt8]
    var position = 0

    private var next: Unicode.Scalar? {
        position < letters.count ? Unicode.Scalar(letters[position]) : nil
    }

    /// Reads arguments up to the closing parenthesis or the end.
    mutating func arguments() -> [CommandSyntax.Argument] {
        var arguments: [CommandSyntax.Argument] = []
        while let letter = next {
            position += 1
            switch letter {
            case " ": continue
            case ")": return arguments
            default:
                position -= 1
                arguments.append(argument())
            }
        }
        return arguments
    }

    private mutating func argument() -> CommandSyntax.Argument {
        var argument = CommandSyntax.Argument(name: word(), type: .string)
        while let mark = next {
            position += 1
            switch mark {
            case ":":
                argument.type = CommandSyntax.ArgumentType(rawValue: word()) ?? .string
            case "=": argument.token = word()
            case "!":
                argument.type = .pureToken
                argument.token = word()
            case "~": argument.displayText = word()
            case "#": argument.keySpecIndex = Int(word())
            case "^": argument.since = word()
            case "/": argument.deprecatedSince = word()
            case "?": argument.isOptional = true
            case "*": argument.isMultiple = true
            case "+": argument.repeatsToken = true
            case "(":
                argument.arguments = arguments()
                return argument
            default:
                position -= 1
                return argument
            }
        }
        return argument
    }

    private mutating func word() -> String {
        let start = position
        if next == "`" {
            repeat { position += 1 } while next != nil && next != "`"
            position += 1
            return String(decoding: letters[(start + 1)..<(position - 1)], as: UTF8.self)
        }
        while let letter = next, Self.isPlain(letter) { position += 1 }
        return String(decoding: letters[start..<position], as: UTF8.self)
    }

    private static func isPlain(_ letter: Unicode.Scalar) -> Bool {
        switch letter {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-": true
        default: false
        }
    }
}
