// SPDX-License-Identifier: Apache-2.0

import Containers
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
        /// Neighbours farther than this are left out: half of 1 minus the cosine, the square of the
        /// Euclidean distance, or 1 minus the inner product, by the set's metric.
        public var maximumDistance: Double
        public var filter: FilterExpression?
        /// How many nodes a filtered walk may visit; 0 is no limit. The scan that comes after it
        /// visits all that pass.
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
        /// ``VectorMetric/score(ofDistance:)``: higher is nearer.
        public let score: Double
        public let attribute: ByteString?
    }

    /// The elements nearest to the query, nearest first. Safe on any thread.
    public func search(_ request: SearchRequest) -> [Match] {
        lock.shared {
            let neighbors = nearestNodes(request)
            var matches: [Match] = []
            matches.reserveCapacity(min(request.count, neighbors.count))
            for neighbor in neighbors where matches.count < request.count {
                if metric.isBeyond(request.maximumDistance, distance: neighbor.distance) { break }
                // A node that is being inserted has no element yet.
                guard let element = elements[neighbor.node] else { continue }
                matches.append(
                    Match(
                        name: element.name, score: metric.score(ofDistance: neighbor.distance),
                        attribute: element.attribute))
            }
            return matches
        }
    }

    /// Whether a search with so many candidates compares with every element, and is exact, as the
    /// set is so small that a walk would take no less time.
    public func isFlat(ef: Int) -> Bool { index.isFlat(ef: ef) }

    /// The nearest of what has not ended and passes: as many as are wanted, or as there are.
    private func nearestNodes(_ request: SearchRequest) -> [Neighbor] {
        var options = SearchOptions(
            count: request.ef, ef: request.ef, isExact: request.isExact)
        let now = request.nowMilliseconds
        let hasEnded = hasEndedElements(at: now)
        if hasEnded, request.filter == nil, let living = livingNodes(options, request) {
            return living
        }
        if request.filter != nil || hasEnded {
            // Without a filter a node may be found that is being inserted and has no element yet.
            options.count = request.count + (request.filter == nil ? 16 : 0)
            var passing =
                request.filter.map { passingNodes($0) }
                ?? NodeBitmap(below: index.slotBound)
            if hasEnded {
                deadlines?.order.forEach(through: now) { number in
                    passing.remove(NodeID(slot: UInt32(truncatingIfNeeded: number)))
                }
            }
            options.filter = SearchFilter(
                passing, visitBudget: request.filter == nil ? 0 : request.filterEffort)
        }
        return nearest(options, request)
    }

    /// What has not ended of the nearest, found as if nothing had; nil when too much of it has, so
    /// that the search must go on. Mostly a few ended elements wait to be taken out of the graph.
    private func livingNodes(
        _ options: SearchOptions, _ request: SearchRequest
    ) -> [Neighbor]? {
        let now = request.nowMilliseconds
        guard let deadlines, count(at: now) * 2 >= count else { return nil }
        let found = nearest(options, request)
        let living = found.filter { !deadlines.hasEnded($0.node, at: now) }
        let isEnough = living.count >= request.count && living.count * 2 >= found.count
        return isEnough ? living : nil
    }

    private func nearest(_ options: SearchOptions, _ request: SearchRequest) -> [Neighbor] {
        do throws(VectorIndexError) {
            return try index.nearest(to: request.query.span, options: options)
        } catch {
            // Callers check the dimensions, the only thing that a search can refuse.
            return []
        }
    }
}
