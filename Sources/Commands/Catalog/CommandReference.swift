// SPDX-License-Identifier: Apache-2.0

/// What Redis says of a command that we share with it, beyond what the command's declaration says:
/// COMMAND answers with it word by word.
///
/// Kept as text, a record for every command: its full name at the left, and indented below it lines
/// that begin with a letter, each going on in the deeper lines behind it.
///
/// - `>` the arguments, in the notation of ``CommandSyntax/init(reference:)``
/// - `!` the arity and the flags
/// - `@` the ACL categories
/// - `k` a key spec: flags, how its search begins, how it finds the keys
/// - `n` a note on the key spec above
/// - `t` a tip
/// - `h` a version and what it changed
/// - `f` flags of the documentation
/// - `s` a summary, `v` the version since: of the HELPs, which nobody declares
/// - `d` the version that deprecated it, `r` what replaces it
public struct CommandReference: Sendable {
    var syntax = ""
    var summary: String?
    var since: String?
    public private(set) var arity = 0
    public private(set) var flags: [String] = []
    var categories: [String] = []
    var keys: [KeySpecification] = []
    var tips: [String] = []
    var history: [(version: String, change: String)] = []
    var documentationFlags: [String] = []
    var deprecatedSince: String?
    var replacedBy: String?

    /// By full name.
    static let all: [String: CommandReference] = {
        var records: [String: CommandReference] = [:]
        let texts = [
            bits, cluster, connection, geo, hashes, keys, lists, messages, scripting, server, sets,
            sortedSets, streams, strings,
        ]
        for text in texts { read(text, into: &records) }
        return records
    }()
}

extension CommandReference {
    private static func read(_ text: String, into records: inout [String: CommandReference]) {
        var name = ""
        var pending = ""
        func finishLine() {
            if !pending.isEmpty { records[name, default: CommandReference()].take(pending) }
            pending = ""
        }
        for line in text.split(separator: "\n") {
            if !line.hasPrefix(" ") {
                finishLine()
                name = String(line)
            } else if line.hasPrefix("      ") {
                pending += " " + line.dropFirst(6)
            } else {
                finishLine()
                pending = String(line.dropFirst(2))
            }
        }
        finishLine()
    }

    private mutating func take(_ line: String) {
        let text = String(line.dropFirst(2))
        let words = text.split(separator: " ").map(String.init)
        switch line.first {
        case ">": syntax = text
        case "!":
            arity = Int(words[0]) ?? 0
            flags = Array(words.dropFirst())
        case "@": categories = words
        case "k": if let spec = KeySpecification(text) { keys.append(spec) }
        case "n": if !keys.isEmpty { keys[keys.count - 1].notes = text }
        case "t": tips.append(text)
        case "h":
            let version = text.prefix { $0 != " " }
            history.append((String(version), String(text.dropFirst(version.count + 1))))
        case "s": summary = text
        case "v": since = text
        case "f": documentationFlags = words
        case "d": deprecatedSince = text
        case "r": replacedBy = text
        default: preconditionFailure("a reference that cannot be read: \(line)")
        }
    }
}
