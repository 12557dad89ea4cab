// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import VectorSearch

extension VectorSet {
    /// From this node on a set is so large that filters are worth remembering.
    private static var firstRememberedNode: Int { 4_096 }

    /// Puts the parsed fields of a node's attribute into the columns, or takes them out with nil.
    /// For who holds the lock.
    func changeFields(of node: NodeID, to fields: [ByteString: FilterValue?]?) {
        if attributes == nil {
            guard fields != nil else { return }
            attributes = AttributeColumns(hash: Self.hasher(index.configuration.seed))
        }
        attributes?.set(fields, at: node)
        if attributes?.holders.isEmpty == true {
            attributes = nil
            filters = nil
        } else if filters == nil, node.index >= Self.firstRememberedNode {
            filters = FilterCache()
        }
    }

    /// The nodes whose attributes pass, those included that have ended. For who holds the lock,
    /// shared at least.
    ///
    /// O(n / 1,024) for a filter that was asked before, and what has changed since is tested again;
    /// for a new one everything: about a nanosecond a node for a comparison with a constant.
    func passingNodes(_ filter: FilterExpression) -> NodeBitmap {
        guard let attributes else { return NodeBitmap() }
        let known = filters?.entry(filter.text)
        if let known, known.changeCount == attributes.changeCount { return known.nodes }
        var nodes = known?.nodes ?? NodeBitmap()
        let evaluation = FilterEvaluation(filter, attributes, elements.nodes)
        for chunk in attributes.changes.indices {
            if let known, attributes.changes[chunk] <= known.changeCount { continue }
            let passing = evaluation.passing(chunk: chunk).words
            for index in 0..<16 { nodes.replaceWord(chunk * 16 + index, with: passing[index]) }
        }
        filters?.put(
            FilterCache.Entry(
                text: filter.text, nodes: nodes, changeCount: attributes.changeCount))
        return nodes
    }
}
