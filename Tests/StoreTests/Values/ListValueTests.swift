// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Store
import Testing

@Suite("ListValue")
struct ListValueTests {
    @Test(
        "agrees with an array under random changes",
        arguments: [-2, -1, 3, 16, 128], [1, 2, 3] as [UInt64])
    func fuzz(fill: Int, seed: UInt64) {
        var model = ListModel(fill: fill, seed: seed)
        for step in 0..<2500 {
            model.step()
            if step % 50 == 0 { #expect(model.isConsistent, "step \(step)") }
        }
        #expect(model.isConsistent)
        #expect(model.areCopiesIntact)
    }

    @Test("a copy shares chunks and stays as it was")
    func copies() {
        let list = ListValue()
        for number in 0..<10_000 {
            ByteString("element-\(number)").withBytes { list.append($0) }
        }
        let copy = list.copy()
        for _ in 0..<9_990 { list.pop(from: .head) }
        ByteString("changed").withBytes { _ = list.set(at: 0, to: $0) }
        #expect(copy.count == 10_000)
        #expect(copy.element(at: 9_990).map { ByteString($0) } == "element-9990")
        #expect(list.element(at: 0).map { ByteString($0) } == "changed")
    }

    @Test("memory is close to the elements' own, and a sample estimates it")
    func memory() {
        let list = ListValue()
        let element = ByteString([UInt8](repeating: 1, count: 300))
        for _ in 0..<10_000 { element.withBytes { list.append($0) } }
        let exact = list.memoryBytes(samples: 0)
        #expect(exact > 10_000 * 304)
        #expect(exact < 10_000 * 304 * 108 / 100)
        #expect(abs(list.memoryBytes(samples: 5) - exact) < exact / 10)
    }

    @Test("large elements stand alone and make a quicklist")
    func largeElements() {
        let list = ListValue()
        let large = ByteString([UInt8](repeating: 2, count: 9000))
        ByteString("small").withBytes { list.append($0) }
        #expect("\(list.encodingName)" == "listpack")
        large.withBytes { list.append($0) }
        ByteString("small").withBytes { list.append($0) }
        #expect("\(list.encodingName)" == "quicklist")
        #expect(list.chunkCount == 3)
        large.withBytes { _ = list.set(at: 0, to: $0) }
        ByteString("tiny").withBytes { _ = list.set(at: 1, to: $0) }
        var counts: [Int] = []
        list.forEach { counts.append($0.count) }
        #expect(counts == [9000, 4, 5])
    }
}

/// A list and the array that it must equal.
struct ListModel {
    private let list: ListValue
    private var model: [ByteString] = []
    private var copies: [(list: ListValue, model: [ByteString])] = []
    private var random: RandomSource

    init(fill: Int, seed: UInt64) {
        list = ListValue(fill: fill)
        random = RandomSource(seed: seed)
    }

    static func elements(of list: ListValue) -> [ByteString] {
        var elements: [ByteString] = []
        list.forEach { elements.append(ByteString($0)) }
        return elements
    }

    var isConsistent: Bool {
        var backwards: [ByteString] = []
        list.walk(from: list.count - 1, toward: .head) { element in
            backwards.append(ByteString(element))
            return true
        }
        let chunked = (0..<list.chunkCount).reduce(0) { $0 + list.chunk(at: $1).count }
        return list.count == model.count && chunked == model.count
            && Self.elements(of: list) == model && backwards == model.reversed()
            && list.element(at: .head).map { ByteString($0) } == model.first
            && list.element(at: .tail).map { ByteString($0) } == model.last
            && model.indices.allSatisfy { list.element(at: $0).map { ByteString($0) } == model[$0] }
    }

    var areCopiesIntact: Bool {
        copies.allSatisfy { Self.elements(of: $0.list) == $0.model }
    }

    private mutating func randomElement() -> ByteString {
        switch random.below(30) {
        case 0: ByteString([UInt8](repeating: 9, count: 4000 + random.below(9000)))
        case 1...9: ByteString("\(random.below(12))")
        default: ByteString([UInt8](repeating: UInt8(random.below(4)), count: random.below(200)))
        }
    }

    mutating func step() {
        let element = randomElement()
        switch random.below(14) {
        case 0...2: push(element, at: .head)
        case 3...5: push(element, at: .tail)
        case 6 where !model.isEmpty:
            list.pop(from: .head)
            model.removeFirst()
        case 7 where !model.isEmpty:
            list.pop(from: .tail)
            model.removeLast()
        case 8 where !model.isEmpty:
            let index = random.below(model.count)
            list.prepareToGrow(by: element.count, elements: 1)
            element.withBytes { _ = list.set(at: index, to: $0) }
            model[index] = element
        case 9, 10: insert(element)
        case 11: removeSome(element)
        case 12:
            let number = min(random.below(12), model.count)
            if random.below(2) == 0 {
                list.remove(number, from: .head)
                model.removeFirst(number)
            } else {
                list.remove(number, from: .tail)
                model.removeLast(number)
            }
        default: if copies.count < 6 { copies.append((list.copy(), model)) }
        }
        list.didShrink()
    }

    private mutating func push(_ element: ByteString, at end: ListValue.End) {
        list.prepareToGrow(by: element.count, elements: 1)
        element.withBytes { list.push($0, at: end) }
        model.insert(element, at: end == .head ? 0 : model.count)
    }

    private mutating func insert(_ element: ByteString) {
        let pivot = model.isEmpty ? element : model[random.below(model.count)]
        let side: ListValue.Side = random.below(2) == 0 ? .before : .after
        list.prepareToGrow(by: element.count, elements: 1)
        let isInserted = element.withBytes { element in
            pivot.withBytes { list.insert(element, side, pivot: $0) }
        }
        guard let index = model.firstIndex(of: pivot) else { return }
        precondition(isInserted)
        model.insert(element, at: side == .before ? index : index + 1)
    }

    private mutating func removeSome(_ element: ByteString) {
        let limit = 1 + random.below(4)
        let end: ListValue.End = random.below(2) == 0 ? .head : .tail
        _ = element.withBytes { list.removeAll(equalTo: $0, limit: limit, from: end) }
        for _ in 0..<limit {
            let index =
                end == .head ? model.firstIndex(of: element) : model.lastIndex(of: element)
            if let index { model.remove(at: index) }
        }
    }
}
