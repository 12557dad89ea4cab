// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing
import VectorSearch

@testable import Store

@Suite("NodeDeadlines")
struct NodeDeadlinesTests {
    @Test("does what a dictionary does, and its copies stay as they were", arguments: [300, 3_000])
    func model(nodes: Int) {
        var random = RandomSource(seed: UInt64(nodes))
        var deadlines = NodeDeadlines()
        var model: [UInt32: Int64] = [:]
        var copies: [(NodeDeadlines, [UInt32: Int64])] = []
        for step in 0..<20_000 {
            let slot = UInt32(random.below(nodes))
            let deadline = random.below(3) == 0 ? VectorSet.noExpiry : Int64(random.below(1000))
            deadlines.set(deadline, of: NodeID(slot: slot))
            model[slot] = deadline == VectorSet.noExpiry ? nil : deadline
            if step % 4_000 == 0 { copies.append((deadlines, model)) }
        }
        copies.append((deadlines, model))
        for (deadlines, model) in copies {
            #expect(deadlines.order.count == model.count)
            #expect(deadlines.order.first?.deadline == model.values.min())
            #expect(deadlines.order.lastDeadline == model.values.max())
            for slot in 0..<UInt32(nodes + 600) {
                let node = NodeID(slot: slot)
                #expect(deadlines[node] == model[slot] ?? VectorSet.noExpiry)
                #expect(
                    deadlines.hasEnded(node, at: 500) == (model[slot].map { $0 <= 500 } ?? false))
            }
        }
        #expect(deadlines.memoryBytes >= model.count * 16)
    }
}
