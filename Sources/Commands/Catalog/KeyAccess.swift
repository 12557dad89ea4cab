// SPDX-License-Identifier: Apache-2.0

import Primitives

/// What a command does to one of its keys: the flags of Redis's key specs.
public struct KeyAccess: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Reads the value of the key, and changes nothing.
    public static let readOnly = KeyAccess(rawValue: 1 << 0)
    /// Changes the value or its metadata, and depends on what was there.
    public static let readWrite = KeyAccess(rawValue: 1 << 1)
    /// Replaces whatever was there.
    public static let overwrite = KeyAccess(rawValue: 1 << 2)
    /// Removes the key.
    public static let remove = KeyAccess(rawValue: 1 << 3)
    /// Tells the client something of what is stored.
    public static let access = KeyAccess(rawValue: 1 << 4)
    /// Stores what the client sends, where something may be already.
    public static let update = KeyAccess(rawValue: 1 << 5)
    /// Only adds.
    public static let insert = KeyAccess(rawValue: 1 << 6)
    /// Removes content.
    public static let delete = KeyAccess(rawValue: 1 << 7)
    /// Looks like a key, as to a cluster, and is none.
    public static let notKey = KeyAccess(rawValue: 1 << 8)
    /// The spec does not find all keys.
    public static let incomplete = KeyAccess(rawValue: 1 << 9)
    /// What is done depends on the arguments.
    public static let variable = KeyAccess(rawValue: 1 << 10)

    private static let named: [(KeyAccess, String)] = [
        (.readOnly, "RO"), (.readWrite, "RW"), (.overwrite, "OW"), (.remove, "RM"),
        (.access, "access"), (.update, "update"), (.insert, "insert"), (.delete, "delete"),
        (.notKey, "not_key"), (.incomplete, "incomplete"), (.variable, "variable_flags"),
    ]

    /// Redis's names, in Redis's order.
    public var names: [String] { Self.named.filter { contains($0.0) }.map(\.1) }

    /// The flags of these names, separated by commas.
    init(names: Substring) {
        var flags: KeyAccess = []
        for name in names.split(separator: ",") {
            if let flag = Self.named.first(where: { $0.1 == name })?.0 { flags.insert(flag) }
        }
        self = flags
    }

    /// Whether whoever may do this must be allowed to read the key.
    var needsReading: Bool { contains(.access) }

    /// Whether whoever may do this must be allowed to write the key.
    var needsWriting: Bool { !isDisjoint(with: [.update, .insert, .delete]) }
}

/// Where a command's keys stand, as COMMAND INFO tells it, and what happens to them.
public struct KeySpecification: Sendable {
    /// Where the search for the first key begins.
    public enum Beginning: Sendable {
        case index(Int)
        /// Behind a word, looked for from argument `startFrom` on; negative: backwards from the
        /// end.
        case keyword(String, startFrom: Int)
        case unknown
    }

    /// How many keys there are from there.
    public enum Finding: Sendable {
        /// Up to `last`, counted from the first (negative: from the end), every `step`; a `limit`
        /// of 2 takes only the first half of what is left.
        case range(last: Int, step: Int, limit: Int)
        /// As many as the argument at `countIndex` says, from `first` on.
        case counted(countIndex: Int, first: Int, step: Int)
        case unknown
    }

    public var access: KeyAccess
    public var beginning: Beginning
    public var finding: Finding
    public var notes: String?
}

/// A key among the arguments of a request.
public struct KeyReference: Sendable {
    public let index: Int
    public let access: KeyAccess
}

extension KeySpecification {
    /// Reads the notation of ``CommandReference``.
    init?(_ text: String) {
        var words = text.split(separator: " ")[...]
        guard let flags = words.popFirst(), let begin = words.popFirst() else { return nil }
        access = KeyAccess(names: flags)
        switch begin {
        case "index":
            guard let index = words.popFirst().flatMap({ Int($0) }) else { return nil }
            beginning = .index(index)
        case "keyword":
            guard let word = words.popFirst(), let start = words.popFirst().flatMap({ Int($0) })
            else { return nil }
            beginning = .keyword(String(word), startFrom: start)
        default: beginning = .unknown
        }
        let kind = words.popFirst()
        let numbers = words.compactMap { Int($0) }
        switch kind {
        case "range" where numbers.count == 3:
            finding = .range(last: numbers[0], step: numbers[1], limit: numbers[2])
        case "keynum" where numbers.count == 3:
            finding = .counted(countIndex: numbers[0], first: numbers[1], step: numbers[2])
        case "unknown": finding = .unknown
        default: return nil
        }
    }

    /// What a declaration says, with what its command does to keys.
    init(_ spec: CommandDeclaration.KeySpec, _ access: KeyAccess) {
        self.access = access
        switch spec {
        case .range(let first, let last, let step):
            beginning = .index(first)
            finding = .range(last: last < 0 ? last : last - first, step: step, limit: 0)
        case .counted(let count, let first):
            beginning = .index(count)
            finding = .counted(countIndex: 0, first: first - count, step: 1)
        case .keyword(let word, let from, let count):
            beginning = .keyword(word, startFrom: from)
            finding = .range(last: count - 1, step: 1, limit: 0)
        case .keywordHalf(let word, let from):
            beginning = .keyword(word, startFrom: from)
            finding = .range(last: -1, step: 1, limit: 2)
        }
    }

    /// The keys it finds among the words of a request, the command's name being the first; nil when
    /// they do not fit, and nothing when its keyword is not there.
    ///
    /// `leniently`: a number of keys is what its text begins with.
    func keys(in words: ArraySlice<Bytes>, leniently: Bool = false) -> [KeyReference]? {
        let count = words.count
        guard let first = first(in: words) else { return nil }
        guard first > 0 else { return [] }
        var start = first
        let last: Int
        let stride: Int
        switch finding {
        case .range(let end, let step, let limit):
            stride = step
            if end >= 0 {
                last = first + end
            } else {
                last = limit == 0 ? count + end : first + (count - first) / limit + end
            }
        case .counted(let countIndex, let offset, let step):
            stride = step
            guard first + countIndex < count else { return nil }
            let text = words[words.startIndex + first + countIndex]
            let number = leniently ? Self.leadingNumber(text) : Int64(strict: text)
            guard let number, number > 0, number <= count else { return nil }
            start += offset
            last = start + Int(number) - 1
        case .unknown: return nil
        }
        guard last < count, last >= start, start < count, stride > 0 else { return nil }
        return Swift.stride(from: start, through: last, by: stride).map {
            KeyReference(index: $0, access: access)
        }
    }

    /// The number that a text begins with, as C's `atoi` reads it. Nothing above ten million.
    private static func leadingNumber(_ text: Bytes) -> Int64 {
        var index = 0
        while index < text.count, text[index] == 0x20 || (0x09...0x0D).contains(text[index]) {
            index += 1
        }
        if index < text.count, text[index] == UInt8(ascii: "+") { index += 1 }
        var number: Int64 = 0
        while index < text.count, (0x30...0x39).contains(text[index]), number < 1_000_000 {
            number = number * 10 + Int64(text[index] & 0xF)
            index += 1
        }
        return number
    }

    /// Where the first key, or the number of keys, stands: 0 without the keyword, nil if unknown.
    private func first(in words: ArraySlice<Bytes>) -> Int? {
        switch beginning {
        case .index(let index): return index
        case .unknown: return nil
        case .keyword(let word, let startFrom):
            let count = words.count
            let places =
                startFrom > 0
                ? Array(stride(from: startFrom, to: count - 1, by: 1))
                : Array(stride(from: count + startFrom, to: 1, by: -1))
            let keyword = ByteString(word)
            let place = places.first { place in
                place < count
                    && keyword.withBytes {
                        words[words.startIndex + place].equalsIgnoringCase($0)
                    }
            }
            return place.map { $0 + 1 } ?? 0
        }
    }
}
