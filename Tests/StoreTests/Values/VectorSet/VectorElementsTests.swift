// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing
import VectorSearch

@testable import Store

@Suite("Elements of a vector set")
struct VectorElementsTests {
    private struct Model: Equatable {
        var nodes: [ByteString: NodeID] = [:]
        var attributes: [ByteString: ByteString] = [:]

        func check(_ elements: borrowing VectorElements, _ random: RandomStream) {
            #expect(elements.count == nodes.count)
            for (name, node) in nodes {
                let (found, there) = (name.withBytes { elements.find($0) }, elements[node])
                #expect(found?.node == node && found?.attribute == attributes[name])
                #expect(there?.name == name && there?.attribute == attributes[name])
            }
            var seen: [ByteString: NodeID] = [:]
            elements.forEach { seen[$0.name] = $0.node }
            #expect(seen == nodes)
            #expect(Bytes("none").count == 4 && elements.find(Bytes("none")) == nil)
            #expect(elements[NodeID(slot: 5_000)] == nil)
            let some = elements.randomElement(using: random)
            #expect(some.map { nodes[$0.name] == $0.node } ?? nodes.isEmpty)
        }
    }

    /// What makes a set large, or nothing.
    enum Growth: CaseIterable {
        case none, attribute, longName, manyNodes, manyBytes
    }

    @Test("random histories agree with a model, before and after a set is large")
    func histories() {
        for growth in Growth.allCases {
            var source = RandomSource(seed: 5)
            let random = RandomStream(seed: 6)
            var elements = VectorElements(hasher: SipHash(key: (1, 2)))
            var model = Model()
            var free = (0..<300).map { NodeID(slot: UInt32($0)) }
            if growth == .manyNodes { free += [NodeID(slot: 1_024)] }
            for step in 0..<1_500 {
                let name =
                    step == 700 && growth == .longName
                    ? ByteString([UInt8](repeating: 97, count: 300))
                    : ByteString("e\(source.below(250))")
                let text: ByteString? =
                    step > 700 && growth == .attribute && source.below(3) == 0 ? "{}" : nil
                if let node = model.nodes[name] {
                    let element = name.withBytes {
                        VectorElement.make(name: $0, node: node, attribute: text)
                    }
                    if source.below(2) == 0 {
                        elements.remove(element)
                        model.nodes[name] = nil
                        model.attributes[name] = nil
                        free.append(node)
                    } else {
                        elements.replace(with: element)
                        model.attributes[name] = text
                    }
                } else {
                    let node = free.remove(at: source.below(free.count))
                    elements.insert(
                        name.withBytes {
                            VectorElement.make(name: $0, node: node, attribute: text)
                        })
                    model.nodes[name] = node
                    model.attributes[name] = text
                }
                if step % 100 == 99 {
                    let copy = elements.copy()
                    model.check(elements, random)
                    model.check(copy, random)
                }
            }
            if growth == .manyBytes {
                for number in 0..<200 {
                    let name = ByteString([UInt8](repeating: UInt8(number), count: 250))
                    let node = NodeID(slot: UInt32(400 + number))
                    elements.insert(
                        name.withBytes {
                            VectorElement.make(name: $0, node: node, attribute: nil)
                        })
                    model.nodes[name] = node
                }
            }
            model.check(elements, random)
        }
    }

    @Test("a copy does not see later changes")
    func copies() {
        for attribute in [nil, ByteString("{}")] {
            var elements = VectorElements(hasher: SipHash(key: (1, 2)))
            func element(_ number: Int) -> VectorElement {
                ByteString("e\(number)").withBytes {
                    VectorElement.make(
                        name: $0, node: NodeID(slot: UInt32(number)), attribute: attribute)
                }
            }
            for number in 0..<50 { elements.insert(element(number)) }
            let copy = elements.copy()
            for number in 0..<50 { elements.remove(element(number)) }
            elements.insert(element(70))
            #expect(copy.count == 50 && elements.count == 1)
            #expect(copy.find(Bytes("e7"))?.node.slot == 7)
            #expect(copy[NodeID(slot: 70)] == nil && elements.find(Bytes("e7")) == nil)
        }
    }

    @Test("names alone take little")
    func memory() throws {
        let set = VectorSet(
            configuration: try VectorIndexConfiguration(
                dimensions: 384, quantization: .q8, seed: 1), serial: 1)
        var source = RandomSource(seed: 8)
        for number in 0..<100 {
            let vector = (0..<384).map { _ in Float.random(in: -1...1, using: &source) }
            let isNew = try ByteString("e\(number)").withBytes { (name) throws(VectorIndexError) in
                try set.add(name, vector, attribute: nil, efConstruction: 200)
            }
            #expect(isNew)
        }
        #expect(set.memoryBytes(samples: 0) <= 100 * 384 + 5_500)
    }
}
