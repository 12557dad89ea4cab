// SPDX-License-Identifier: Apache-2.0

/// One search, compared with the exact answer.
public enum RecallProbe {
    /// Writers wait for no more rows than these.
    private static let slotsAtOnce = 8_192

    /// The share of the `count` nearest vectors that a search with `ef` finds; nil in an empty
    /// index. The truth is that of the vectors as they are stored, and an answer as near as the
    /// last true one counts as true.
    ///
    /// O(n · dimensions), a part at a time, so that the index may change meanwhile: what goes while
    /// it is looked for does not count, and what comes may.
    public static func measure(
        _ index: some VectorIndex, query: [Float], count: Int, ef: Int
    ) throws(VectorIndexError) -> Double? {
        var nearest: [Neighbor] = []
        var first = 0
        while first < index.slotBound {
            let end = min(first + slotsAtOnce, index.slotBound)
            let nodes = (first..<end).map { NodeID(slot: UInt32($0)) }
            nearest += try index.nearest(to: query.span, among: nodes, count: count)
            first = end
        }
        nearest.sort { $0.distance < $1.distance }
        let truth = nearest.filter { index.uid(of: $0.node) == $0.uid }.prefix(count)
        guard let farthest = truth.last else { return nil }
        let found = try index.nearest(
            to: query.span, options: SearchOptions(count: count, ef: ef))
        let tolerance = index.configuration.metric.tolerance(at: farthest.distance)
        let hits = found.count { $0.distance <= farthest.distance + tolerance }
        return Double(min(hits, truth.count)) / Double(truth.count)
    }
}
