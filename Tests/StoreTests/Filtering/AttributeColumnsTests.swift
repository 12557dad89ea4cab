// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing
import VectorSearch

@testable import Store

@Suite("AttributeColumns")
struct AttributeColumnsTests {
    private func fields(_ text: String) -> [ByteString: FilterValue?] {
        ByteString(text).withBytes { JSONFields.all(in: $0) }
    }

    @Test("fields are those that a look-up one by one finds", arguments: 0..<2_000)
    func fields(seed: Int) {
        var model = FilterModel(seed: UInt64(seed))
        let text = ByteString(model.attribute())
        let all = text.withBytes { JSONFields.all(in: $0) }
        for name in ["a", "b", "c", "n_1", "x-y", "z", "missing"] {
            let name = ByteString(name)
            let value = name.withBytes { name in
                text.withBytes { JSONFields.value(of: name, in: $0) }
            }
            #expect((all[name] ?? nil) == value, "\(name) of \(text)")
        }
    }

    @Test("a field of few nodes costs little, and numbers cost eight bytes")
    func memory() {
        var columns = AttributeColumns(hash: SipHash(key: (1, 2)))
        for slot in 0..<UInt32(100_000) {
            columns.set(fields("{\"n\":\(slot)}"), at: NodeID(slot: slot))
        }
        let dense = columns.memoryBytes
        #expect(dense > 800_000 && dense < 1_000_000)
        for slot in stride(from: 0, to: UInt32(100_000), by: 10_000) {
            columns.set(fields("{\"n\":1,\"rare\":2}"), at: NodeID(slot: slot))
        }
        #expect(columns.memoryBytes - dense < 20_000)
    }

    @Test("a column that no node has any more makes room for another")
    func columnsAreReused() {
        var columns = AttributeColumns(hash: SipHash(key: (1, 2)))
        let node = NodeID(slot: 3)
        for number in 0..<500 {
            columns.set(fields("{\"f\(number)\":\"text \(number)\"}"), at: node)
            #expect(!columns.hasMoreFields)
            let column = columns.number(of: ByteString("f\(number)")).map { columns.columns[$0] }
            #expect(column?.count == 1)
        }
        #expect(columns.columns.count <= AttributeColumns.maximumCount)
    }

    @Test("lists and texts are given back", arguments: [1, 3_000])
    func reuse(nodes: Int) {
        var columns = AttributeColumns(hash: SipHash(key: (1, 2)))
        var random = RandomSource(seed: 4)
        for step in 0..<20_000 {
            let node = NodeID(slot: UInt32(random.below(nodes)))
            let list = (0..<random.below(5)).map { "\"t\($0 * step % 50)\"" }
            columns.set(fields("{\"l\":[\(list.joined(separator: ","))]}"), at: node)
        }
        #expect(columns.memoryBytes < 100_000 + nodes * 200)
    }
}
