// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

/// A configuration key, declared once: what a value may be, what it is when nothing is said, and
/// whether CONFIG SET may change it.
struct ConfigurationKey: Sendable {
    enum Kind: Sendable {
        case flag
        case integer(ClosedRange<Int64>)
        /// A number that Redis keeps without a sign: below 0 it has other words for it.
        case count(ClosedRange<Int64>)
        /// A number of bytes, with units as `100mb`.
        case memory(ClosedRange<Int64>)
        /// A number of bytes, or a share of `maxmemory` as `5%`.
        case memoryOrShare
        /// A number that is brought into a range instead of being refused outside of it.
        case clamped(ClosedRange<Int64>)
        /// So many numbers in a range, separated by spaces.
        case integers(count: Int, ClosedRange<Int64>)
        /// One of these words; those behind `planned` are Redis's, and not ours yet.
        case oneOf([String], planned: [String] = [])
        case text
        /// An order of strings: by bytes, as there is no other.
        case locale
        case fileName
        case directory
        case words
        case savePoints
        case events
        case outputLimits
        /// Numbers from 0 to 100, separated by spaces; there may be none.
        case percentiles
        /// Octal digits, as of chmod.
        case permissions
    }

    enum Change: Sendable {
        case atAnyTime
        case atStartOnly
        /// As before, though asking for what is the case already is no error; with what Redis says
        /// when it cannot listen.
        case listening(String)
        /// Only when `enable-protected-configs` says so.
        case whenUnprotected
    }

    let name: String
    let alias: String?
    let kind: Kind
    let standard: String
    let change: Change
    /// Whether patterns pass it over: for tests.
    let isHidden: Bool

    init(
        _ name: String, _ kind: Kind, _ standard: String, _ change: Change = .atAnyTime,
        alias: String? = nil, isHidden: Bool = false
    ) {
        self.isHidden = isHidden
        self.name = name
        self.kind = kind
        self.standard = standard
        self.change = change
        self.alias = alias
    }
}

/// Why a value cannot be what a configuration key holds.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension ConfigurationKey {
    /// Brings a value into the form in which it is kept and reported.
    /// - Throws: what is wrong with it, in Redis's words where it has some.
    func canonical(_ words: [String]) throws(ConfigurationError) -> String {
        if case .percentiles = kind { return try Self.percentiles(words) }
        if case .savePoints = kind { return try Self.savePoints(words) }
        if case .outputLimits = kind { return try changed(standard, by: words) }
        if case .integers(let count, let range) = kind { return try integers(words, count, range) }
        if case .words = kind { return words.joined(separator: " ") }
        guard words.count == 1 else { throw ConfigurationError("wrong number of arguments") }
        return try canonical(words[0])
    }

    private func canonical(_ word: String) throws(ConfigurationError) -> String {
        switch kind {
        case .flag: return try Self.flag(word)
        case .integer(let range):
            return String(try Self.check(try Self.integer(word), range))
        case .count(let range):
            let number = try Self.integer(word)
            guard number >= 0 else {
                throw ConfigurationError("argument must be greater or equal to 0")
            }
            return String(try Self.check(number, range))
        case .clamped(let range):
            let number = try Self.check(try Self.integer(word), 0...Int64(Int32.max))
            return String(Swift.min(Swift.max(number, range.lowerBound), range.upperBound))
        case .memory(let range):
            guard let number = Self.bytes(word) else {
                throw ConfigurationError("argument must be a memory value")
            }
            return String(try Self.check(number, range))
        case .oneOf(let choices, let planned):
            let lowered = word.lowercased()
            if choices.contains(lowered) { return Self.synonyms["\(name) \(lowered)"] ?? lowered }
            if planned.contains(lowered) {
                throw ConfigurationError("'\(lowered)' is not supported by Engram yet")
            }
            let all = (choices + planned).joined(separator: ", ")
            throw ConfigurationError("argument(s) must be one of the following: \(all)")
        case .fileName:
            guard !word.contains("/") else {
                throw ConfigurationError("\(name) can't be a path, just a filename")
            }
            return word
        case .locale:
            guard ["", "C", "POSIX"].contains(word) else {
                throw ConfigurationError("Invalid locale name")
            }
            return word
        case .memoryOrShare: return try Self.memoryOrShare(word)
        case .events: return try Self.events(word)
        case .permissions:
            guard let number = Int64(word, radix: 8) else {
                throw ConfigurationError("argument couldn't be parsed as an octal number")
            }
            return String(try Self.check(number, 0...0o777), radix: 8)
        case .text, .directory, .words, .savePoints, .percentiles, .outputLimits, .integers:
            return word
        }
    }

    /// What a key holds after `words` have been given, where they may change a part of it only.
    func changed(_ present: String, by words: [String]) throws(ConfigurationError) -> String {
        guard case .outputLimits = kind else { return try canonical(words) }
        var limits = OutputLimits(present)
        try limits.apply(words.flatMap { $0.split(separator: " ").map(String.init) })
        return limits.classes.joined(separator: " ")
    }

    /// How CONFIG GET shows a value. Redis's text leaves three classes of events out when all the
    /// others are chosen.
    func shown(_ value: String) -> String {
        guard case .events = kind, value.hasPrefix("A") else { return value }
        return value.filter { !"noc".contains($0) }
    }

    private static func memoryOrShare(_ word: String) throws(ConfigurationError) -> String {
        if word.hasSuffix("%"), let share = try? integer(String(word.dropLast())), share >= 0 {
            guard share <= 100 else {
                throw ConfigurationError("percentage argument must be less or equal to 100")
            }
            return word
        }
        guard let number = bytes(word) else {
            throw ConfigurationError("argument must be a memory or percent value")
        }
        return String(number)
    }

    private static func flag(_ word: String) throws(ConfigurationError) -> String {
        let lowered = word.lowercased()
        guard lowered == "yes" || lowered == "no" else {
            throw ConfigurationError("argument must be 'yes' or 'no'")
        }
        return lowered
    }

    private static func integer(_ word: String) throws(ConfigurationError) -> Int64 {
        guard let number = ByteString(word).withBytes({ Int64(strict: $0) }) else {
            throw ConfigurationError("argument couldn't be parsed into an integer")
        }
        return number
    }

    private static func check(
        _ number: Int64, _ range: ClosedRange<Int64>
    ) throws(ConfigurationError) -> Int64 {
        guard range.contains(number) else {
            throw ConfigurationError(
                "argument must be between \(range.lowerBound) and \(range.upperBound) inclusive")
        }
        return number
    }

    /// A number of bytes: `1k` is 1,000 and `1kb` 1,024, and nothing is 0, as in Redis; never
    /// below 0.
    static func bytes(_ text: String) -> Int64? {
        let lowered = text.lowercased()
        let digits = lowered.prefix { $0.isASCII && $0.isNumber }
        let units: [String: Int64] = [
            "": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20,
            "g": 1_000_000_000, "gb": 1 << 30,
        ]
        guard let number = digits.isEmpty ? 0 : Int64(digits),
            let unit = units[String(lowered.dropFirst(digits.count))]
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }

    /// `900 1 300 10`: seconds and changes in turn; nothing, or an empty word, means never.
    private static func savePoints(_ words: [String]) throws(ConfigurationError) -> String {
        let parts = words.flatMap { $0.split(separator: " ").map(String.init) }
        guard parts.count.isMultiple(of: 2) else {
            throw ConfigurationError("Invalid save parameters")
        }
        for (index, part) in parts.enumerated() {
            guard let number = Int64(part), number >= (index.isMultiple(of: 2) ? 1 : 0) else {
                throw ConfigurationError("Invalid save parameters")
            }
        }
        return parts.joined(separator: " ")
    }

    private func integers(
        _ words: [String], _ count: Int, _ range: ClosedRange<Int64>
    ) throws(ConfigurationError) -> String {
        let parts = words.flatMap { $0.split(separator: " ").map(String.init) }
        guard parts.count == count else { throw ConfigurationError("wrong number of arguments") }
        for part in parts {
            guard let number = Int64(part), range.contains(number) else {
                throw ConfigurationError(
                    "Invalid \(name), elements must be between \(range.lowerBound) and "
                        + "\(range.upperBound).")
            }
        }
        return parts.joined(separator: " ")
    }

    private static func percentiles(_ words: [String]) throws(ConfigurationError) -> String {
        let parts = words.flatMap { $0.split(separator: " ").map(String.init) }
        var texts: [String] = []
        for part in parts {
            let number = ByteString(part).withBytes { Double(strict: $0) }
            guard let number else {
                throw ConfigurationError("Invalid latency-tracking-info-percentiles parameters")
            }
            guard number >= 0, number <= 100 else {
                throw ConfigurationError(
                    "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")
            }
            let whole = number.rounded()
            texts.append(number == whole ? String(Int(whole)) : String(number))
        }
        return texts.joined(separator: " ")
    }

    /// The letters of `notify-keyspace-events`, in the order in which Redis reports them.
    private static func events(_ word: String) throws(ConfigurationError) -> String {
        let classes = "g$lshzxetd"
        guard word.allSatisfy({ "AKEmnoc".contains($0) || classes.contains($0) }) else {
            throw ConfigurationError("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
        }
        let hasAll = word.contains("A") || classes.allSatisfy { word.contains($0) }
        let chosen = hasAll ? "A" : classes.filter { word.contains($0) }
        return chosen + "nocKEm".filter { word.contains($0) }
    }
}
