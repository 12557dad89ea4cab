// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

extension ScoreRange {
    /// The range from `low` to `high`, `(` before a score leaving it out.
    init(from low: Bytes, to high: Bytes) throws(ErrorReply) {
        let (minimum, excludesMinimum) = try Self.bound(low)
        let (maximum, excludesMaximum) = try Self.bound(high)
        self.init(
            minimum, maximum, excludesMinimum: excludesMinimum, excludesMaximum: excludesMaximum)
    }

    private static func bound(_ text: Bytes) throws(ErrorReply) -> (Double, Bool) {
        let isExcluded = !text.isEmpty && text[0] == UInt8(ascii: "(")
        guard let score = number(isExcluded ? text.dropping(1) : text) else {
            throw ErrorReply("ERR min or max is not a float")
        }
        return (score, isExcluded)
    }

    /// As Redis reads it: up to a zero byte; nothing is 0, and neither white space nor hexadecimal
    /// digits are allowed, but numbers too large.
    private static func number(_ text: Bytes) -> Double? {
        let digits = text.firstIndex(of: 0).map { text[0..<$0] } ?? text
        if digits.isEmpty { return 0 }
        if digits.firstIndex(of: UInt8(ascii: "x")) != nil { return nil }
        if digits.firstIndex(of: UInt8(ascii: "X")) != nil { return nil }
        return Double(strict: digits, clamping: true)
    }
}

extension LexRange {
    /// The range from `low` to `high`, each `-`, `+`, or a member behind `[` or `(`.
    init(from low: Bytes, to high: Bytes) throws(ErrorReply) {
        self.init(try Self.bound(low), try Self.bound(high))
    }

    private static func bound(_ text: Bytes) throws(ErrorReply) -> Bound {
        if !text.isEmpty {
            let isAlone = text.count == 1 || text[1] == 0
            switch text[0] {
            case UInt8(ascii: "-") where isAlone: return .lowest
            case UInt8(ascii: "+") where isAlone: return .highest
            case UInt8(ascii: "["): return .including(text.dropping(1))
            case UInt8(ascii: "("): return .excluding(text.dropping(1))
            default: break
            }
        }
        throw ErrorReply("ERR min or max not valid string range item")
    }
}

/// Which members ZRANGE and its relatives are asked for.
struct SortedSetSelection {
    enum Kind {
        case ranks
        case scores
        case bytes
    }

    enum Bounds {
        case ranks(Int64, Int64)
        case scores(ScoreRange)
        case bytes(LexRange)
    }

    private(set) var bounds = Bounds.ranks(0, -1)
    private(set) var isReversed: Bool
    private(set) var withScores = false
    private var offset: Int64 = 0
    private var limit: Int64 = -1

    /// Reads the two ends and what follows them. Without a `kind` and a direction the options say
    /// them.
    init(
        _ arguments: inout Arguments, kind fixedKind: Kind? = nil, isReversed fixed: Bool? = nil,
        stores: Bool = false
    ) throws(ErrorReply) {
        isReversed = fixed ?? false
        let first = try arguments.next()
        let second = try arguments.next()
        var kind = fixedKind ?? .ranks
        var hasKind = fixedKind != nil
        var hasDirection = fixed != nil
        while arguments.hasMore {
            if !stores, arguments.consume("WITHSCORES") {
                withScores = true
            } else if arguments.remaining > 2, arguments.consume("LIMIT") {
                offset = try arguments.integer()
                limit = try arguments.integer()
            } else if !hasDirection, arguments.consume("REV") {
                isReversed = true
                hasDirection = true
            } else if !hasKind, arguments.consume("BYLEX") {
                kind = .bytes
                hasKind = true
            } else if !hasKind, arguments.consume("BYSCORE") {
                kind = .scores
                hasKind = true
            } else {
                throw .syntax
            }
        }
        if limit != -1, kind == .ranks { throw Self.limitOfRanks }
        if withScores, kind == .bytes { throw Self.scoresOfBytes }
        let (low, high) = isReversed ? (second, first) : (first, second)
        switch kind {
        case .ranks:
            guard let start = Int64(strict: first), let stop = Int64(strict: second) else {
                throw .notAnInteger
            }
            bounds = .ranks(start, stop)
        case .scores: bounds = .scores(try ScoreRange(from: low, to: high))
        case .bytes: bounds = .bytes(try LexRange(from: low, to: high))
        }
    }

    private static let limitOfRanks = ErrorReply(
        "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
    private static let scoresOfBytes = ErrorReply(
        "ERR syntax error, WITHSCORES not supported in combination with BYLEX")

    /// Whether ranks are asked for, and not scores or bytes.
    var isByRank: Bool {
        if case .ranks = bounds { true } else { false }
    }

    /// The ranks of the members that are asked for.
    func ranks(in set: SortedSetValue) -> Range<Int> {
        switch bounds {
        case .ranks(let start, let stop):
            let ranks = set.ranks(from: start, through: stop)
            guard isReversed else { return ranks }
            return (set.count - ranks.upperBound)..<(set.count - ranks.lowerBound)
        case .scores(let range): return limited(set.ranks(of: range))
        case .bytes(let range): return limited(set.ranks(of: range, fromEnd: isReversed))
        }
    }

    private func limited(_ ranks: Range<Int>) -> Range<Int> {
        guard offset >= 0, offset < Int64(ranks.count) else { return 0..<0 }
        let skipped = Int(offset)
        let left = ranks.count - skipped
        let taken = limit < 0 ? left : Int(min(limit, Int64(left)))
        let first = isReversed ? ranks.upperBound - skipped - taken : ranks.lowerBound + skipped
        return first..<(first + taken)
    }
}

extension Arguments {
    /// The next argument as MIN or MAX.
    mutating func sortedSetEnd() throws(ErrorReply) -> SortedSetEnd {
        if consume("MIN") { return .minimum }
        if consume("MAX") { return .maximum }
        throw .syntax
    }
}
