// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// What a CTX.FETCH asks for. Options stand in any order, each once.
struct FetchRequest {
    var budget: Int64 = 0
    var reserve: Int64 = 0
    var pinned: [Bytes] = []
    var features: FeatureRequest?
    var recall: RecallRequest?
    /// In milliseconds since 1970.
    var touchDeadline: Int64?

    init(_ arguments: inout Arguments, now: Int64) throws(ErrorReply) {
        var budget: Int64?
        var reserve: Int64?
        while arguments.hasMore {
            if budget == nil, arguments.consume("BUDGET") {
                budget = try Self.tokens(&arguments, "ERR BUDGET")
            } else if reserve == nil, arguments.consume("RESERVE") {
                reserve = try Self.tokens(&arguments, "ERR RESERVE")
            } else if pinned.isEmpty, arguments.consume("PIN") {
                pinned = try arguments.counted()
            } else if features == nil, arguments.consume("FEATURES") {
                features = try FeatureRequest(&arguments)
            } else if recall == nil, arguments.consume("RECALL") {
                recall = try RecallRequest(&arguments)
            } else if touchDeadline == nil, arguments.consume("TOUCH") {
                touchDeadline = try arguments.deadline(
                    unitMilliseconds: 1000, now: now, of: "ctx.fetch")
            } else {
                throw .syntax
            }
        }
        guard let budget else { throw .syntax }
        self.budget = budget
        self.reserve = reserve ?? 0
        guard self.reserve <= budget else {
            throw ErrorReply("ERR RESERVE can't be more than BUDGET")
        }
    }

    private static func tokens(
        _ arguments: inout Arguments, _ name: String
    ) throws(ErrorReply) -> Int64 {
        let limit: Int64 = 1 << 53
        return try arguments.integer(
            in: 0...limit, else: ErrorReply("\(name) must be between 0 and \(limit)"))
    }
}

extension Arguments {
    /// A count from 1 on, and as many arguments.
    fileprivate mutating func counted() throws(ErrorReply) -> [Bytes] {
        let count = try integer()
        guard count > 0 else { throw .mustBePositive }
        guard count <= Int64(remaining) else { throw .syntax }
        var words: [Bytes] = []
        for _ in 0..<count { words.append(try next()) }
        return words
    }
}

/// Fields of a hash: some, or all.
struct FeatureRequest {
    let key: Bytes
    /// Nil for all.
    let fields: [Bytes]?

    init(_ arguments: inout Arguments) throws(ErrorReply) {
        key = try arguments.next()
        fields = arguments.consume("*") ? nil : try arguments.counted()
    }

    /// The fields that exist and have not ended, with their values.
    /// - Throws: `WRONGTYPE`.
    func read(
        in keyspace: borrowing Keyspace
    ) throws(ErrorReply) -> [(field: Bytes, value: ValueText)] {
        guard let hash = try keyspace.hash(key) else { return [] }
        let now = keyspace.nowMilliseconds
        var found: [(field: Bytes, value: ValueText)] = []
        if let fields {
            for field in fields {
                if let value = hash.value(of: field, at: now) { found.append((field, value)) }
            }
        } else {
            hash.forEach(at: now) { found.append(($0, $1)) }
        }
        return found
    }
}

/// Elements of a vector set near to a vector.
struct RecallRequest {
    private static let maximumCount: Int64 = 10_000

    let key: Bytes
    let count: Int
    let components: [Float]
    var filter: FilterExpression?
    /// Less similar elements are left out; 1 is the same direction, 0 the opposite.
    var minimumSimilarity: Double?
    /// Per cent of the budget that recalled items may use; nil when they cost nothing.
    var share: Int64?

    init(_ arguments: inout Arguments) throws(ErrorReply) {
        key = try arguments.next()
        count = Int(
            try arguments.integer(
                in: 1...Self.maximumCount,
                else: ErrorReply("ERR RECALL count must be between 1 and \(Self.maximumCount)")))
        guard arguments.consume("FP32") else { throw .syntax }
        components = try VectorArguments.components(ofBlob: try arguments.next())
        guard components.count <= ContextLimits.dimension, components.allSatisfy(\.isFinite) else {
            throw VectorArguments.invalid
        }
        while try readOption(&arguments) {}
    }

    private mutating func readOption(_ arguments: inout Arguments) throws(ErrorReply) -> Bool {
        if filter == nil, arguments.consume("FILTER") {
            let text = try arguments.next()
            do throws(FilterExpression.SyntaxError) {
                filter = try FilterExpression(text)
            } catch {
                let start = Array("ERR syntax error in FILTER expression near: ".utf8)
                throw ErrorReply(ByteString(start + error.near.array))
            }
        } else if minimumSimilarity == nil, arguments.consume("MINSIM") {
            minimumSimilarity = try arguments.double(else: ErrorReply("ERR invalid MINSIM"))
        } else if share == nil, arguments.consume("SHARE") {
            share = try arguments.integer(
                in: 0...100, else: ErrorReply("ERR SHARE must be between 0 and 100"))
        } else {
            return false
        }
        return true
    }

    /// The nearest elements, best first; none when the vector set does not exist.
    /// - Throws: `WRONGTYPE`, and VSIM's errors for a vector of another dimension.
    func search(in keyspace: borrowing Keyspace) throws(ErrorReply) -> [VectorSet.Match] {
        guard let set = try keyspace.vectorSet(key) else { return [] }
        var query = components
        if let input = set.inputDimensions, query.count == input {
            query = try VectorArguments.project(query, for: set)
        }
        guard query.count == set.dimensions else {
            throw VectorArguments.dimensionMismatch(query.count, set.dimensions)
        }
        try VectorArguments.checkLength(of: query, for: set)
        let request = VectorSet.SearchRequest(
            query: query, count: count, ef: max(100, count), filter: filter,
            filterEffort: count * 100, isExact: false, at: keyspace.nowMilliseconds)
        let matches = set.search(request)
        keyspace.recallBoard?.offer(set, request)
        guard let minimumSimilarity else { return matches }
        return matches.filter { $0.score >= minimumSimilarity }
    }
}

/// What of the elements found is returned.
struct RecalledItems {
    let items: [VectorSet.Match]
    /// Tokens that they take from the messages.
    let tokens: Int64

    /// - Parameters:
    ///   - share: per cent of `limit` for the items; they are taken best first until the next does
    ///     not fit. Nil takes all, at no cost.
    ///   - room: tokens that are not needed otherwise.
    init(_ found: [VectorSet.Match], share: Int64?, limit: Int64, room: Int64) {
        guard let share else {
            items = found
            tokens = 0
            return
        }
        let allowed = min(room, limit / 100 * share + limit % 100 * share / 100)
        var used: Int64 = 0
        var taken: [VectorSet.Match] = []
        for item in found {
            let cost = item.name.withBytes { name in
                guard let attribute = item.attribute else { return TokenEstimate.tokens(of: name) }
                return attribute.withBytes { TokenEstimate.tokens(ofAttribute: $0, else: name) }
            }
            guard cost <= allowed - used else { break }
            used += cost
            taken.append(item)
        }
        items = taken
        tokens = used
    }
}
