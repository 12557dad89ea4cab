// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP

/// The value of every configuration key, from the file and the command line.
public struct Configuration: Sendable {
    /// The file it was read from, which CONFIG REWRITE writes; nil without one.
    public internal(set) var path: String?
    /// Values that differ from the standard ones, in canonical form.
    private var values: [String: String] = [:]
    /// The users that `user NAME rule ...` directives describe.
    private(set) var users: [(name: String, rules: [String])] = []
    /// What `rename-command` directives call commands; nothing takes a command away.
    private(set) var commandNames: [String: String] = [:]

    /// The standard configuration.
    public init() {}

    /// Reads the words of the command line: a file's path, if the first is not `--KEY`, and then
    /// `--KEY VALUE ...` pairs, which outrank the file.
    /// - Throws: what is wrong and where.
    public init(commandLine words: [String]) throws(ConfigurationError) {
        var rest = words[...]
        if let first = rest.first, !first.hasPrefix("--") {
            rest = rest.dropFirst()
            try read(file: first)
        }
        var seen: Set<String> = []
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word.count > 2 else {
                throw ConfigurationError("'\(word)' does not belong to any configuration key")
            }
            var key = String(word.dropFirst(2))
            var values: [String] = []
            if let equals = key.firstIndex(of: "=") {
                values.append(String(key[key.index(after: equals)...]))
                key = String(key[..<equals])
            }
            while let next = rest.first, !next.hasPrefix("--") { values.append(rest.removeFirst()) }
            try add(key, values, isFirst: seen.insert(key.lowercased()).inserted)
        }
    }
}

extension Configuration {
    /// A key's value in canonical form. The key must exist.
    public subscript(name: String) -> String {
        values[name] ?? ConfigurationKey.all[name]?.standard ?? ""
    }

    public func integer(_ name: String) -> Int { Int(self[name]) ?? 0 }

    public func isOn(_ name: String) -> Bool { self[name] == "yes" }

    public func words(_ name: String) -> [String] {
        self[name].split(separator: " ").map(String.init)
    }

    /// Whether a key has another value than the standard one.
    func isChanged(_ key: ConfigurationKey) -> Bool { self[key.name] != key.standard }

    /// When the keyspace is saved without being asked: after so many seconds with so many changes.
    public var savePoints: [(seconds: Int64, changes: Int64)] {
        let numbers = words("save").compactMap { Int64($0) }
        return stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }

    /// Gives a key a value.
    mutating func set(_ key: ConfigurationKey, _ words: [String]) throws(ConfigurationError) {
        values[key.name] = try key.changed(self[key.name], by: words)
    }

    /// Replaces a value by one that is canonical already.
    mutating func replace(_ name: String, by value: String) {
        values[name] = value
    }

    /// Reads one `key value ...` directive; several `save` directives add up.
    private mutating func add(
        _ name: String, _ words: [String], isFirst: Bool
    ) throws(ConfigurationError) {
        if try addList(name.lowercased(), words) { return }
        guard let key = ConfigurationKey.named(name) else {
            let nearest = EditDistance.nearest(to: name.lowercased(), in: ConfigurationKey.all.keys)
            let hint = nearest.map { ". Did you mean '\($0)'?" } ?? ""
            throw ConfigurationError("unknown configuration key '\(name)'\(hint)")
        }
        do throws(ConfigurationError) {
            let value = try key.changed(self[key.name], by: words)
            if case .savePoints = key.kind, !isFirst, !value.isEmpty {
                let before = self[key.name]
                values[key.name] = before.isEmpty ? value : "\(before) \(value)"
            } else {
                values[key.name] = value
            }
        } catch {
            let line = ([name] + words).joined(separator: " ")
            throw ConfigurationError("'\(line)': \(error)")
        }
    }
}

// MARK: - Directives that are no keys

extension Configuration {
    /// Reads a directive that CONFIG GET does not know; says whether it is one.
    private mutating func addList(
        _ name: String, _ words: [String]
    ) throws(ConfigurationError) -> Bool {
        switch name {
        case "user":
            guard let user = words.first else {
                throw ConfigurationError("wrong number of arguments")
            }
            guard !users.contains(where: { $0.name == user }) else {
                throw ConfigurationError(
                    "Duplicate user found. A user can only be defined once in config files")
            }
            users.append((user, Array(words.dropFirst())))
        case "rename-command":
            guard words.count == 2 else { throw ConfigurationError("wrong number of arguments") }
            commandNames[words[0].lowercased()] = words[1].lowercased()
        default: return false
        }
        return true
    }

    /// Refuses to rename what there is not.
    func checkNames(_ table: borrowing CommandTable) throws(ConfigurationError) {
        for name in commandNames.keys
        where !table.allEntries.contains(where: { $0.fullName == name }) {
            throw ConfigurationError("rename-command: no such command '\(name)'")
        }
    }
}

// MARK: - Files

extension Configuration {
    /// A line of a configuration file as words, nil for a comment or an empty line.
    static func directive(_ line: String) throws(ConfigurationError) -> [String]? {
        let bytes = ByteString(line)
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { return nil }
        guard let words = bytes.withBytes({ InlineWords.split($0) }) else {
            throw ConfigurationError("unbalanced quotes in '\(line)'")
        }
        return words.isEmpty ? nil : words.map { String(decoding: $0, as: UTF8.self) }
    }

    static func lines(of path: String) throws(ConfigurationError) -> [String] {
        do throws(FileError) {
            let text = String(decoding: try File.contents(of: path), as: UTF8.self)
            return text.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.last == "\r" ? String($0.dropLast()) : String($0)
            }
        } catch {
            throw ConfigurationError("cannot read the configuration: \(error)")
        }
    }

    private mutating func read(file path: String) throws(ConfigurationError) {
        self.path = path
        var seen: Set<String> = []
        for (index, line) in try Self.lines(of: path).enumerated() {
            do throws(ConfigurationError) {
                guard let words = try Self.directive(line) else { continue }
                let isFirst = seen.insert(words[0].lowercased()).inserted
                try add(words[0], Array(words.dropFirst()), isFirst: isFirst)
            } catch {
                throw ConfigurationError("\(path), line \(index + 1): \(error)")
            }
        }
    }
}

/// How far two words are apart.
enum EditDistance {
    /// The nearest of `candidates`, unless even that has little in common with the word.
    static func nearest(to word: String, in candidates: some Collection<String>) -> String? {
        let best = candidates.map { (between(word, $0), $0) }.min { $0 < $1 }
        guard let best, best.0 <= max(2, word.count / 2) else { return nil }
        return best.1
    }

    /// The number of letters to insert, remove or replace (Levenshtein).
    static func between(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (leftIndex, letter) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = leftIndex + 1
            for index in right.indices {
                let replaced = diagonal + (right[index] == letter ? 0 : 1)
                diagonal = row[index + 1]
                row[index + 1] = min(replaced, row[index] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
