// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing
import VectorSearch

@testable import Store

/// The model is the evaluation of the JSON text, element by element.
@Suite("FilterEvaluation")
struct FilterEvaluationTests {
    /// What passes of all nodes, by the columns.
    private func passing(
        _ filter: FilterExpression, _ columns: AttributeColumns, _ elements: NodeElements
    ) -> NodeBitmap {
        let evaluation = FilterEvaluation(filter, columns, elements)
        var nodes = NodeBitmap()
        for chunk in columns.changes.indices {
            let words = evaluation.passing(chunk: chunk).words
            for index in 0..<16 { nodes.replaceWord(chunk * 16 + index, with: words[index]) }
        }
        return nodes
    }

    private struct Nodes {
        var columns = AttributeColumns(hash: SipHash(key: (1, 2)))
        var elements = NodeElements()
        var texts: [UInt32: ByteString] = [:]

        mutating func set(_ text: ByteString?, at slot: UInt32) {
            let node = NodeID(slot: slot)
            texts[slot] = text
            elements.set(
                VectorElement.make(
                    name: Bytes("x"), node: node, attribute: text), at: node)
            columns.set(text.map { $0.withBytes { JSONFields.all(in: $0) } }, at: node)
        }

        /// By the model.
        func expected(_ filter: FilterExpression) -> NodeBitmap {
            var nodes = NodeBitmap()
            for (slot, text) in texts where text.withBytes({ filter.matches($0) }) {
                nodes.insert(NodeID(slot: slot))
            }
            return nodes
        }
    }

    private func same(_ left: NodeBitmap, _ right: NodeBitmap) -> Bool {
        let words = max(left.words.count, right.words.count)
        return left.count == right.count
            && (0..<words).allSatisfy {
                ($0 < left.words.count ? left.words[$0] : 0)
                    == ($0 < right.words.count ? right.words[$0] : 0)
            }
    }

    @Test(
        "lets pass what the JSON itself does, whatever it and the filter are, also in copies",
        arguments: [40, 700, 2_500])
    func model(slots: Int) throws {
        var model = FilterModel(seed: UInt64(slots))
        var nodes = Nodes()
        var copies: [Nodes] = []
        for step in 0..<6_000 {
            let slot = UInt32(model.random.below(slots))
            let isRemoved = model.random.below(4) == 0
            nodes.set(isRemoved ? nil : ByteString(model.attribute()), at: slot)
            if step % 2_000 == 0 { copies.append(nodes) }
        }
        copies.append(nodes)
        for nodes in copies {
            for _ in 0..<400 {
                let filter = try model.filter()
                #expect(
                    same(passing(filter, nodes.columns, nodes.elements), nodes.expected(filter)),
                    "\(filter.text)")
            }
        }
    }

    @Test(
        "what each node has is what its JSON has, for texts that are kept or not, and many fields")
    func manyTextsAndFields() throws {
        var nodes = Nodes()
        for slot in 0..<UInt32(6_000) {
            let extra = slot < 200 ? ",\"f\(slot)\":\(slot)" : ""
            nodes.set(
                ByteString(
                    "{\"id\":\"id-\(slot)\",\"n\":\(slot)\(extra),\"l\":[\"id-\(slot)\",1]}"),
                at: slot)
        }
        #expect(nodes.columns.columns.count == AttributeColumns.maximumCount)
        #expect(nodes.columns.hasMoreFields)
        let filters: [(text: String, count: Int)] = [
            (".id == \"id-7\"", 1), (".id == \"id-5999\"", 1), (".id == \"id-6000\"", 0),
            (".id != \"id-5999\"", 5_999), ("\"id-5999\" in .l", 1), ("\"id-2\" in .l", 1),
            (".f3 == 3", 1), (".f199 == 199", 1), (".f200 == 200", 0), (".n in .l", 2),
            ("\"99\" in .id", 114), (".n >= 100 and .n < 5000", 4_900),
            (".id in [\"id-1\",\"id-4500\",\"id-5500\"]", 3),
            (".n in [1,2,3,4,5,6,7,8,9,10,11]", 11), ("not .n", 1),
            (".n % 1000 == 0 or .id == \"id-1\"", 7),
        ]
        for (text, count) in filters {
            let filter = try ByteString(text).withBytes { try FilterExpression($0) }
            let found = passing(filter, nodes.columns, nodes.elements)
            #expect(same(found, nodes.expected(filter)), "\(text)")
            #expect(found.count == count, "\(text)")
        }
        for slot in 0..<UInt32(6_000) { nodes.set(nil, at: slot) }
        #expect(nodes.columns.columns.allSatisfy { $0.count == 0 && $0.looseTexts == 0 })
        #expect(nodes.columns.holders.isEmpty)
    }

    @Test("deeply nested filters are evaluated without recursion")
    func deep() throws {
        var nodes = Nodes()
        for slot in 0..<UInt32(50) { nodes.set(ByteString("{\"n\":\(slot)}"), at: slot) }
        let even =
            String(repeating: "!(", count: 5_000) + ".n > 9" + String(repeating: ")", count: 5_000)
        let chain = [String](repeating: ".n > 9", count: 5_000).joined(separator: " and ")
        for text in [even, chain] {
            let filter = try ByteString(text).withBytes { try FilterExpression($0) }
            #expect(passing(filter, nodes.columns, nodes.elements).count == 40)
        }
    }
}
