// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// What ZADD and its relatives are asked for.
struct ScoreAddition {
    /// NX: members that are there stay as they are.
    var keepsExisting = false
    /// XX: members that are not there stay out.
    var keepsMissing = false
    /// GT and LT: scores only go up, or down.
    var onlyGreater = false
    var onlyLess = false
    /// CH: counts changed scores too.
    var countsChanges = false
    /// INCR: the score is added to the old one.
    var increments: Bool
    private let firstScore: Double
    /// Those of the other members; mostly there is one alone, and no array to be made.
    private let otherScores: [Double]
    /// Where the members stand among the arguments.
    private let firstMember: Int
    private let memberStride: Int

    /// New scores for the members that stand at every `memberStride`th argument.
    init(_ scores: [Double], firstMember: Int, memberStride: Int) {
        firstScore = scores[0]
        otherScores = Array(scores.dropFirst())
        self.firstMember = firstMember
        self.memberStride = memberStride
        increments = false
    }

    /// The options, scores and members of ZADD, or of ZINCRBY, which is ZADD with INCR.
    init(_ arguments: inout Arguments, increments: Bool = false) throws(ErrorReply) {
        self.increments = increments
        arguments.position = 2
        while arguments.hasMore {
            if arguments.consume("NX") {
                keepsExisting = true
            } else if arguments.consume("XX") {
                keepsMissing = true
            } else if arguments.consume("CH") {
                countsChanges = true
            } else if arguments.consume("INCR") {
                self.increments = true
            } else if arguments.consume("GT") {
                onlyGreater = true
            } else if arguments.consume("LT") {
                onlyLess = true
            } else {
                break
            }
        }
        firstMember = arguments.position + 1
        memberStride = 2
        let pairs = arguments.remaining / 2
        guard pairs > 0, arguments.remaining % 2 == 0 else { throw .syntax }
        if keepsExisting, keepsMissing {
            throw ErrorReply("ERR XX and NX options at the same time are not compatible")
        }
        if (onlyGreater || onlyLess) && keepsExisting || onlyGreater && onlyLess {
            throw ErrorReply("ERR GT, LT, and/or NX options at the same time are not compatible")
        }
        if self.increments, pairs > 1 {
            throw ErrorReply("ERR INCR option supports a single increment-element pair")
        }
        firstScore = try arguments.double()
        var otherScores: [Double] = []
        otherScores.reserveCapacity(pairs - 1)
        for _ in 1..<pairs {
            arguments.position += 1
            otherScores.append(try arguments.double())
        }
        self.otherScores = otherScores
    }

    private var count: Int { otherScores.count + 1 }

    /// Whether it is a plain ZADD, which needs no look at the old score.
    private var isPlain: Bool {
        !(keepsExisting || keepsMissing || onlyGreater || onlyLess || increments)
    }

    func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        let limits = keyspace.sortedSetLimits
        guard let set = try set(at: key, &call, in: &keyspace) else {
            return increments ? call.reply.null() : call.reply.integer(0)
        }
        var added = 0
        var updated = 0
        var result: Double?
        for index in 0..<count {
            let member = call.arguments[firstMember + index * memberStride]
            var score = index == 0 ? firstScore : otherScores[index - 1]
            if !isPlain {
                let old = set.score(of: member)
                guard let wanted = try self.score(from: old, score) else { continue }
                score = wanted
            }
            result = score
            switch set.set(member, to: score, limits: limits) {
            case .added: added += 1
            case .updated: updated += 1
            case .none: break
            }
        }
        if added + updated > 0 {
            keyspace.didChange(key, KeyspaceEvent(.sortedSet, increments ? "zincr" : "zadd"))
        }
        guard increments else {
            return call.reply.integer(countsChanges ? added + updated : added)
        }
        if let result { call.reply.double(result) } else { call.reply.null() }
    }

    /// The set at the key, ready for the pairs; nil when there is none and none is to be made.
    private func set(
        at key: Bytes, _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) -> SortedSetValue? {
        let limits = keyspace.sortedSetLimits
        if let set = try keyspace.sortedSetForUpdate(key) {
            set.prepare(memberCount: count, limits: limits)
            return set
        }
        guard !keepsMissing else { return nil }
        let set = keyspace.insertSortedSet(key)
        set.prepare(
            memberCount: count, longestBytes: call.arguments[firstMember].count,
            limits: limits)
        return set
    }

    /// The score that a member with an old one, if it is there, gets; nil when it stays as it is.
    private func score(from old: Double?, _ given: Double) throws(ErrorReply) -> Double? {
        guard let old else { return keepsMissing ? nil : given }
        guard !keepsExisting else { return nil }
        let score = increments ? old + given : given
        if score.isNaN { throw ErrorReply("ERR resulting score is not a number (NaN)") }
        if onlyLess && score >= old || onlyGreater && score <= old { return nil }
        return score
    }
}
