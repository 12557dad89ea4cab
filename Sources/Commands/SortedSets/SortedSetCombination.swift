// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// A union, intersection or difference of sets, sorted or not, as ZUNION and its relatives are
/// asked for one.
struct SortedSetCombination {
    enum Operation {
        case union
        case intersection
        case difference

        /// The names of the command and of the one that keeps its result.
        var names: (StaticString, StaticString) {
            switch self {
            case .union: ("zunion", "zunionstore")
            case .intersection: ("zinter", "zinterstore")
            case .difference: ("zdiff", "zdiffstore")
            }
        }
    }

    enum Aggregate {
        case sum
        case minimum
        case maximum
    }

    typealias Member = (member: Bytes, score: Double)

    private let operation: Operation
    private var sources: [ScoreSource] = []
    private var withScores = false
    private var aggregate = Aggregate.sum
    /// Counting stops here; 0 for never.
    private var limit: Int64 = 0

    /// Reads the number of keys, the keys and the options.
    init(
        _ operation: Operation, _ arguments: inout Arguments, in keyspace: borrowing Keyspace,
        stores: Bool = false, counts: Bool = false
    ) throws(ErrorReply) {
        self.operation = operation
        let count = try arguments.integer()
        guard count > 0 else {
            let (reading, storing) = operation.names
            let name = counts ? "zintercard" : stores ? "\(storing)" : "\(reading)"
            throw ErrorReply("ERR at least 1 input key is needed for '\(name)' command")
        }
        guard count <= Int64(arguments.remaining) else { throw .syntax }
        for _ in 0..<count {
            sources.append(try ScoreSource(at: try arguments.next(), in: keyspace))
        }
        while arguments.hasMore {
            try readOption(&arguments, stores: stores, counts: counts)
        }
        if operation != .difference {
            // The smallest first; of equal ones the order stays, and with it the order of sums.
            let order = sources.indices.sorted { left, right in
                let (leftCount, rightCount) = (sources[left].count, sources[right].count)
                return leftCount == rightCount ? left < right : leftCount < rightCount
            }
            sources = order.map { sources[$0] }
        }
    }

    private mutating func readOption(
        _ arguments: inout Arguments, stores: Bool, counts: Bool
    ) throws(ErrorReply) {
        let isWeighted = operation != .difference && !counts
        if isWeighted, arguments.remaining > sources.count, arguments.consume("WEIGHTS") {
            for index in sources.indices {
                sources[index].weight = try arguments.double(
                    else: ErrorReply("ERR weight value is not a float"))
            }
        } else if isWeighted, arguments.remaining >= 2, arguments.consume("AGGREGATE") {
            if arguments.consume("SUM") {
                aggregate = .sum
            } else if arguments.consume("MIN") {
                aggregate = .minimum
            } else if arguments.consume("MAX") {
                aggregate = .maximum
            } else {
                throw .syntax
            }
        } else if !stores, !counts, arguments.consume("WITHSCORES") {
            withScores = true
        } else if counts, arguments.remaining >= 2, arguments.consume("LIMIT") {
            limit = try arguments.integer(
                in: 0...Int64.max, else: ErrorReply("ERR LIMIT can't be negative"))
        } else {
            throw .syntax
        }
    }
}

// MARK: - The result

extension SortedSetCombination {
    /// The members of the result in order.
    private func members() -> [Member] {
        var members = unordered()
        members.sort { left, right in
            left.score == right.score
                ? left.member.compare(right.member) < 0 : left.score < right.score
        }
        return members
    }

    /// Answers the result.
    func write(to reply: inout ReplyWriter) {
        let members = members()
        reply.members(members.count, withScores: withScores)
        for (member, score) in members {
            reply.member(member, score, withScores: withScores)
        }
    }

    /// The result as a value of its own.
    func sortedSet(_ limits: SortedSetLimits) -> SortedSetValue {
        let set = SortedSetValue()
        let members = members()
        let longest = members.reduce(0) { max($0, $1.member.count) }
        set.prepare(memberCount: members.count, longestBytes: longest, limits: limits)
        for (member, score) in members { set.set(member, to: score, limits: limits) }
        return set
    }

    /// The number of members of an intersection, up to the limit.
    func memberCount() -> Int64 {
        var number: Int64 = 0
        let others = sources.dropFirst()
        sources[0].walk { member, _ in
            if others.allSatisfy({ $0.score(of: member) != nil }) { number += 1 }
            return limit == 0 || number < limit
        }
        return number
    }

    private func unordered() -> [Member] {
        switch operation {
        case .union: union()
        case .intersection: intersection()
        case .difference: difference()
        }
    }

    private func intersection() -> [Member] {
        var members: [Member] = []
        let first = sources[0]
        let others = sources.dropFirst()
        first.walk { member, score in
            var sum = first.weight * score
            if sum.isNaN { sum = 0 }
            for other in others {
                guard let more = other.score(of: member) else { return true }
                add(other.weight * more, to: &sum)
            }
            members.append((member, sum))
            return true
        }
        return members
    }

    private func union() -> [Member] {
        var all: [(member: Bytes, score: Double, order: Int)] = []
        all.reserveCapacity(sources.reduce(0) { $0 + $1.count })
        for source in sources {
            source.walk { member, score in
                let weighted = source.weight * score
                all.append((member, weighted.isNaN ? 0 : weighted, all.count))
                return true
            }
        }
        guard sources.count > 1 else { return all.map { ($0.member, $0.score) } }
        // Equal members side by side, in the order of their sets.
        all.sort { left, right in
            let order = left.member.compare(right.member)
            return order == 0 ? left.order < right.order : order < 0
        }
        var members: [Member] = []
        for (member, score, _) in all {
            if let last = members.last, last.member == member {
                add(score, to: &members[members.count - 1].score)
            } else {
                members.append((member, score))
            }
        }
        return members
    }

    private func difference() -> [Member] {
        var members: [Member] = []
        let others = sources.dropFirst()
        sources[0].walk { member, score in
            if others.allSatisfy({ $0.score(of: member) == nil }) {
                members.append((member, score))
            }
            return true
        }
        return members
    }

    private func add(_ score: Double, to total: inout Double) {
        switch aggregate {
        case .sum:
            total += score
            // Opposite infinities make nothing.
            if total.isNaN { total = 0 }
        case .minimum: total = score < total ? score : total
        case .maximum: total = score > total ? score : total
        }
    }
}
