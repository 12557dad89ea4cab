// SPDX-License-Identifier: Apache-2.0

import Containers
import VectorSearch

/// When the nodes of a vector set end: beside the elements, so that a set none of whose elements
/// end pays nothing.
///
/// 16 bytes a deadline for their order, and 8 a node in the stretches of nodes that have some, by
/// which a search asks. A value whose copies share both until one of them changes.
struct NodeDeadlines: Sendable {
    /// The nodes that end, by when.
    private(set) var order = DeadlineIndex()
    /// By node; a chunk without a deadline is empty.
    private var chunks: [[Int64]] = []

    private static var chunkBits: Int { 8 }
    private static var chunkMask: Int { (1 << chunkBits) - 1 }

    /// When a node ends, or ``ExpiringCollection/noExpiry``.
    subscript(node: NodeID) -> Int64 {
        let number = node.index >> Self.chunkBits
        guard number < chunks.count, !chunks[number].isEmpty else { return VectorSet.noExpiry }
        return chunks[number][node.index & Self.chunkMask]
    }

    func hasEnded(_ node: NodeID, at nowMilliseconds: Int64) -> Bool {
        let deadline = self[node]
        return deadline != VectorSet.noExpiry && deadline <= nowMilliseconds
    }

    /// Lets a node end at a time, or stay. O(log deadlines).
    mutating func set(_ deadline: Int64, of node: NodeID) {
        let old = self[node]
        guard old != deadline else { return }
        if old != VectorSet.noExpiry { order.remove(UInt64(node.slot), deadline: old) }
        if deadline != VectorSet.noExpiry { order.insert(UInt64(node.slot), deadline: deadline) }
        let number = node.index >> Self.chunkBits
        while chunks.count <= number { chunks.append([]) }
        if chunks[number].isEmpty {
            chunks[number] = Array(repeating: VectorSet.noExpiry, count: 1 << Self.chunkBits)
        }
        chunks[number][node.index & Self.chunkMask] = deadline
    }

    var memoryBytes: Int {
        order.memoryBytes
            + chunks.reduce(chunks.capacity * 8) { $0 + ($1.isEmpty ? 0 : 32 + $1.capacity * 8) }
    }
}
