// SPDX-License-Identifier: Apache-2.0

public import Primitives
import VectorSearch

extension VectorSet {
    /// What to look for.
    public struct SearchRequest: Sendable {
        /// ``VectorSet/dimensions`` finite components of any length; a zero vector finds
        /// everything equally near.
        public var query: [Float]
        public var count: Int
        /// Candidates that the walk through the graph keeps; at least `count`.
        public var ef: Int
        /// Neighbours farther than this are left out, as cosine distance from 0 to 2.
        public var maximumDistance: Double
        public var filter: FilterExpression?
        /// How many nodes a filtered walk may visit.
        public var filterEffort: Int
        /// Compare with every element instead of walking the graph.
        public var isExact: Bool
        /// What has ended by then, in milliseconds since 1970, is not found.
        public var nowMilliseconds: Int64

        public init(
            query: [Float], count: Int, ef: Int, maximumDistance: Double = .infinity,
            filter: FilterExpression? = nil, filterEffort: Int? = nil, isExact: Bool = false,
            at nowMilliseconds: Int64
        ) {
            self.query = query
            self.count = count
            self.ef = max(ef, count)
            self.maximumDistance = maximumDistance
            self.filter = filter
            self.filterEffort = filterEffort ?? count * 100
            self.isExact = isExact
            self.nowMilliseconds = nowMilliseconds
        }
    }

    /// An element that was found.
    public struct Match: Sendable {
        public let name: ByteString
        /// 1 for the same direction, 0.5 for a right angle, 0 for the opposite.
        public let score: Double
        public let attribute: ByteString?
    }

    /// The elements nearest to the query, nearest first. Safe on any thread.
    public func search(_ request: SearchRequest) -> [Match] {
        lock.shared {
            let neighbors = nearestLivingNodes(request)
            var matches: [Match] = []
            matches.reserveCapacity(min(request.count, neighbors.count))
            for neighbor in neighbors where matches.count < request.count {
                // As Redis compares: half the distance, in single precision, with epsilon.
                if Double(neighbor.distance / 2) > request.maximumDistance / 2 { break }
                // A node that is being inserted has no element yet.
                guard let element = nodes[neighbor.node] else { continue }
                matches.append(
                    Match(
                        name: element.name, score: neighbor.score,
                        attribute: element.attribute))
            }
            return matches
        }
    }

    /// Of what has not ended at least `count` nodes, or as many as there are, unless the request's
    /// own filter leaves out more.
    private func nearestLivingNodes(_ request: SearchRequest) -> [Neighbor] {
        guard let deadlines, hasEndedElements(at: request.nowMilliseconds) else {
            return nearestNodes(request, isExact: request.isExact, nil)
        }
        let neighbors = nearestNodes(request, isExact: request.isExact, deadlines)
        guard request.filter == nil, !request.isExact,
            neighbors.count < min(request.count, count(at: request.nowMilliseconds))
        else { return neighbors }
        // The walk has ended among what has ended.
        return nearestNodes(request, isExact: true, deadlines)
    }

    /// - Parameter deadlines: by which nodes are left out; nil when nothing has ended.
    private func nearestNodes(
        _ request: SearchRequest, isExact: Bool, _ deadlines: NodeDeadlines?
    ) -> [Neighbor] {
        var options = SearchOptions(count: request.ef, ef: request.ef, isExact: isExact)
        let now = request.nowMilliseconds
        if let filter = request.filter {
            // What has ended is walked through at nobody's expense; 0 is no limit.
            let ended = deadlines == nil ? 0 : count - count(at: now)
            let budget = request.filterEffort == 0 ? 0 : request.filterEffort + ended
            options.filter = SearchFilter(visitBudget: budget) { [self] node in
                if let deadlines, deadlines.hasEnded(node, at: now) { return false }
                guard let attribute = nodes[node]?.attribute else { return false }
                return attribute.withBytes { filter.matches($0) }
            }
        } else if let deadlines {
            options.filter = SearchFilter(visitBudget: 0) { [self] node in
                // A node that is being inserted has no element yet.
                !deadlines.hasEnded(node, at: now) && nodes[node] != nil
            }
        }
        do throws(VectorIndexError) {
            return try index.nearest(to: request.query.span, options: options)
        } catch {
            // Callers check the dimensions, the only thing that a search can refuse.
            return []
        }
    }
}
