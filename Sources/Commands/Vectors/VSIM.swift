// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store
import VectorSearch

/// Finds the elements of a vector set nearest to a vector, or to another element.
///
/// EPSILON leaves out what is farther: by cosine, half of 1 minus the cosine, from 0 to 1; by l2
/// the square of the Euclidean distance; by ip 1 minus the inner product, which may be below zero.
/// Higher scores are nearer: see ``VectorMetric``.
public enum VSIM: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VSIM",
        summary: "Return elements by vector similarity",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(log(N)) where N is the number of elements in the vector set.",
        arity: .atLeast(1),
        keys: [.first],
        syntax:
            "key <ELE element | FP32 vector | VALUES num:integer value:double [value:double ...]> [WITHSCORES] [WITHATTRIBS] [COUNT num:integer] [EPSILON max_distance:double] [EF search-exploration-factor:integer] [FILTER expression] [FILTER-EF max-filtering-effort:integer] [TRUTH] [NOTHREAD]"
    )

    /// Candidates that a walk keeps where EF is not given, as in Redis.
    static let defaultEF = 100

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(4...Int.max, of: "VSIM")
        guard let set = try keyspace.vectorSet(try call.arguments.next()) else {
            return call.reply.array(0)
        }
        let query = try readQuery(&call.arguments, of: set, at: keyspace.nowMilliseconds)
        let options = try Options(&call.arguments, set.metric)
        call.detached = Search(
            set: set, request: options.request(query, at: keyspace.nowMilliseconds),
            options: options, board: keyspace.recallBoard,
            isCheap: !options.isExact && options.ef ?? 0 <= 1000)
    }
}

extension VSIM {
    /// The query as the set compares it.
    private static func readQuery(
        _ arguments: inout Arguments, of set: VectorSet, at nowMilliseconds: Int64
    ) throws(ErrorReply) -> [Float] {
        if arguments.consume("ELE") {
            guard let vector = set.vector(of: try arguments.next(), at: nowMilliseconds) else {
                throw ErrorReply("ERR element not found in set")
            }
            return vector
        }
        let components = try VectorArguments(&arguments).components
        if let input = set.inputDimensions, components.count != set.dimensions {
            guard components.count == input else {
                throw ErrorReply(
                    "ERR Input dimension mismatch for projection - got \(components.count) but projection expects \(input)"
                )
            }
            let projected = try VectorArguments.project(components, for: set)
            try VectorArguments.checkLength(of: projected, for: set)
            return projected
        }
        guard components.count == set.dimensions else {
            throw VectorArguments.dimensionMismatch(components.count, set.dimensions)
        }
        try VectorArguments.checkLength(of: components, for: set)
        return components
    }

    struct Options: Sendable {
        var withScores = false
        var withAttributes = false
        var isExact = false
        var count = 10
        var epsilon = Double.infinity
        var ef: Int?
        var filter: FilterExpression?
        var filterEffort: Int?

        init(_ arguments: inout Arguments, _ metric: VectorMetric) throws(ErrorReply) {
            while arguments.hasMore { try read(&arguments, metric) }
        }

        private mutating func read(
            _ arguments: inout Arguments, _ metric: VectorMetric
        ) throws(ErrorReply) {
            if arguments.consume("WITHSCORES") {
                withScores = true
            } else if arguments.consume("WITHATTRIBS") {
                withAttributes = true
            } else if arguments.consume("TRUTH") {
                isExact = true
            } else if arguments.consume("NOTHREAD") {
                // A wish about Redis's threads; the reply is the same.
            } else if arguments.remaining > 1 {
                try readWithValue(&arguments, metric)
            } else {
                throw ErrorReply("ERR syntax error in VSIM command")
            }
        }

        private mutating func readWithValue(
            _ arguments: inout Arguments, _ metric: VectorMetric
        ) throws(ErrorReply) {
            if arguments.consume("COUNT") {
                count = try Self.positive(&arguments, "ERR invalid COUNT")
            } else if arguments.consume("EF") {
                ef = try Self.positive(&arguments, "ERR invalid EF")
            } else if arguments.consume("FILTER-EF") {
                filterEffort = try Self.positive(&arguments, "ERR invalid FILTER-EF")
            } else if arguments.consume("EPSILON") {
                epsilon = try arguments.double(else: ErrorReply("ERR invalid EPSILON"))
                // Half the angle is never below zero; 1 minus a product may be.
                guard metric == .ip ? !epsilon.isNaN : epsilon > 0 else {
                    throw ErrorReply("ERR invalid EPSILON")
                }
            } else if arguments.consume("FILTER") {
                let text = try arguments.next()
                do throws(FilterExpression.SyntaxError) {
                    filter = try FilterExpression(text)
                } catch {
                    let start = Array("ERR syntax error in FILTER expression near: ".utf8)
                    throw ErrorReply(ByteString(start + error.near.array))
                }
            } else {
                throw ErrorReply("ERR syntax error in VSIM command")
            }
        }

        private static func positive(
            _ arguments: inout Arguments, _ error: String
        ) throws(ErrorReply) -> Int {
            Int(try arguments.integer(in: 1...Int64.max, else: ErrorReply(error)))
        }

        func request(_ query: [Float], at nowMilliseconds: Int64) -> VectorSet.SearchRequest {
            // Beyond the size of any set more is the same.
            let bound = 1 << 32
            return VectorSet.SearchRequest(
                query: query, count: min(count, bound), ef: min(max(ef ?? defaultEF, count), bound),
                maximumDistance: epsilon, filter: filter,
                filterEffort: min(filterEffort ?? min(count, bound) * 100, bound),
                isExact: isExact, at: nowMilliseconds)
        }
    }

    /// The search itself: it needs the set alone, not the keyspace.
    private final class Search: DetachedWork {
        private let set: VectorSet
        private let request: VectorSet.SearchRequest
        private let options: Options
        private let board: RecallBoard?
        let isCheap: Bool

        init(
            set: VectorSet, request: VectorSet.SearchRequest, options: Options,
            board: RecallBoard?, isCheap: Bool
        ) {
            self.set = set
            self.request = request
            self.options = options
            self.board = board
            self.isCheap = isCheap
        }

        func run(_ reply: inout ReplyWriter) {
            let matches = set.search(request)
            board?.offer(set, request)
            let parts = (options.withScores ? 1 : 0) + (options.withAttributes ? 1 : 0)
            if reply.isRESP3, parts > 0 {
                reply.map(matches.count)
            } else {
                reply.array(matches.count * (parts + 1))
            }
            for match in matches {
                reply.bulk(match.name)
                if reply.isRESP3, parts == 2 { reply.array(2) }
                if options.withScores { reply.double(match.score) }
                if options.withAttributes {
                    if let attribute = match.attribute {
                        reply.bulk(attribute)
                    } else {
                        reply.null()
                    }
                }
            }
        }
    }
}
