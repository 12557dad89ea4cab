// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing
import VectorSearch

@testable import Store

@Suite("VectorSet+Attributes")
struct VectorSetAttributesTests {
    private struct Element {
        var attribute: ByteString?
        var deadline: Int64
    }

    /// A set beside what it should have.
    private struct History {
        var set: VectorSet
        var elements: [ByteString: Element] = [:]
        var now: Int64 = 1_000

        func expected(_ filter: FilterExpression) -> Set<ByteString> {
            Set(
                elements.filter { _, element in
                    element.deadline > now
                        && element.attribute?.withBytes { filter.matches($0) } == true
                }.keys)
        }

        /// Whether searches find as many as they should, of those that pass, and some filter of
        /// several wants all of them.
        func check(_ filter: FilterExpression, query: [Float]) {
            let expected = expected(filter)
            for (count, isExact, effort) in [
                (10, false, nil), (3, false, 1), (10, true, nil), (elements.count + 1, false, nil),
            ] as [(Int, Bool, Int?)] {
                let found = set.search(
                    VectorSet.SearchRequest(
                        query: query, count: count, ef: 50, filter: filter, filterEffort: effort,
                        isExact: isExact, at: now))
                let names = Set(found.map(\.name))
                #expect(found.count == min(count, expected.count), "\(filter.text)")
                #expect(names.count == found.count && names.isSubset(of: expected))
            }
            let all = set.search(
                VectorSet.SearchRequest(query: query, count: 10, ef: 50, at: now))
            let living = elements.filter { $0.value.deadline > now }
            #expect(all.count == min(10, living.count))
            #expect(all.allSatisfy { living[$0.name] != nil })
        }
    }

    @Test(
        "filters stay right through any history, in copies too",
        arguments: [(8, 60, 2_500), (96, 900, 4_000), (8, 6_000, 9_000)])
    func history(dimensions: Int, names: Int, steps: Int) throws {
        var model = FilterModel(seed: UInt64(steps))
        func vector(_ random: inout RandomSource) -> [Float] {
            (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
        }
        let configuration = try VectorIndexConfiguration(
            dimensions: dimensions, quantization: .q8, m: 8, seed: 5)
        var history = History(set: VectorSet(configuration: configuration, serial: 1))
        let known =
            try (0..<4).map { _ in try model.filter() }
            + [try ByteString(".n > 2").withBytes { try FilterExpression($0) }]
        var copies: [History] = []
        for step in 0..<steps {
            let name = ByteString("e\(model.random.below(names))")
            let isLiving = (history.elements[name]?.deadline ?? 0) > history.now
            let text =
                model.random.below(3) == 0
                ? model.attribute() : "{\"n\":\(model.random.below(6))}"
            try name.withBytes { key in
                if history.elements[name] != nil, !isLiving {
                    _ = history.set.removeEnded(key, at: history.now)
                    history.elements[name] = nil
                }
                switch model.random.below(isLiving ? 6 : 2) {
                case 0, 1:
                    let deadline =
                        model.random.below(4) == 0
                        ? history.now + Int64(1 + model.random.below(400)) : VectorSet.noExpiry
                    let hasText = model.random.below(5) > 0
                    let attribute = ByteString(text)
                    _ = try attribute.withBytes {
                        try history.set.add(
                            key, vector(&model.random), attribute: hasText ? $0 : nil,
                            expiryMilliseconds: deadline, efConstruction: 30)
                    }
                    let old = history.elements[name]?.attribute
                    history.elements[name] = Element(
                        attribute: hasText ? attribute : old,
                        deadline: deadline == VectorSet.noExpiry ? .max : deadline)
                case 2, 3:
                    let removes = model.random.below(4) == 0
                    _ = ByteString(removes ? "" : text).withBytes {
                        history.set.setAttribute(of: key, to: $0, at: history.now)
                    }
                    history.elements[name]?.attribute = removes ? nil : ByteString(text)
                case 4:
                    history.set.remove(key, at: history.now)
                    history.elements[name] = nil
                default:
                    history.set.setExpiry(of: key, to: history.now + 100)
                    history.elements[name]?.deadline = history.now + 100
                }
            }
            history.now += Int64(model.random.below(2))
            if step % 97 == 0 {
                for filter in known + [try model.filter()] {
                    history.check(filter, query: vector(&model.random))
                }
            }
            if step % (steps / 3) == 1 {
                copies.append(history)
                history.set = history.set.copy()
            }
        }
        for history in copies + [history] {
            for filter in known { history.check(filter, query: vector(&model.random)) }
        }
    }

    @Test("a set without attributes has no columns, and loses them with the last attribute")
    func columnsComeAndGo() throws {
        let configuration = try VectorIndexConfiguration(
            dimensions: 2, quantization: .q8, m: 8, seed: 5)
        let set = VectorSet(configuration: configuration, serial: 1)
        let name = ByteString("a")
        _ = try name.withBytes { try set.add($0, [1, 0], attribute: nil, efConstruction: 20) }
        #expect(set.attributes == nil)
        let text = "{\"n\":1}"
        var bytes: [Int] = []
        for (text, hasColumns) in [(text, true), ("", false), (text, true), ("", false)] {
            _ = name.withBytes { name in
                ByteString(text).withBytes { set.setAttribute(of: name, to: $0, at: 0) }
            }
            #expect((set.attributes != nil) == hasColumns)
            bytes.append(set.memoryBytes(samples: 0))
        }
        #expect(bytes[1] == bytes[3] && bytes[0] > bytes[1])
    }
}
