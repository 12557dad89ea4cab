// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("PackedPairs")
struct PackedPairsTests {
    /// A slow list that keeps the same order.
    private struct Model {
        var pairs: [(name: ByteString, value: ByteString, deadline: Int64)] = []

        func index(of name: ByteString) -> Int? { pairs.firstIndex { $0.name == name } }

        mutating func insert(_ name: ByteString, _ value: ByteString, _ deadline: Int64) {
            var place = pairs.count
            if deadline != PackedPairs.noDeadline {
                place =
                    pairs.firstIndex {
                        $0.deadline == PackedPairs.noDeadline || $0.deadline >= deadline
                    } ?? pairs.count
            }
            pairs.insert((name, value, deadline), at: place)
        }
    }

    /// The bytes of a value.
    private func bytes(_ text: PackedText) -> ByteString {
        switch text {
        case .integer(let number): ByteString("\(number)")
        case .bytes(let bytes): ByteString(bytes)
        }
    }

    /// Bytes, or the digits of an integer of any size.
    private func value(_ random: inout RandomSource, _ longest: Int) -> ByteString {
        guard random.below(2) == 0 else { return text(&random, longest) }
        let number = Int64(truncatingIfNeeded: random.next()) >> Int64(random.below(64))
        return ByteString("\(number)")
    }

    private func lost() { Issue.record("lost a pair") }

    private func text(_ random: inout RandomSource, _ longest: Int) -> ByteString {
        let count = random.below(8) == 0 ? random.below(longest) : random.below(12)
        return ByteString((0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }

    private func expectSame(_ packed: borrowing PackedPairs, _ model: Model) {
        var index = 0
        packed.forEach { pair in
            #expect(ByteString(pair.name) == model.pairs[index].name)
            #expect(bytes(pair.value) == model.pairs[index].value)
            #expect(pair.deadline == model.pairs[index].deadline)
            index += 1
        }
        #expect(index == model.pairs.count)
        #expect(packed.count == model.pairs.count)
        #expect(packed.firstDeadline == model.pairs.first?.deadline ?? PackedPairs.noDeadline)
        #expect(packed.memoryBytes >= packed.byteCount)
    }

    /// Lengths up to 40,000 bytes take every size of count, so that a new value may change it.
    @Test("does what a list of pairs does", arguments: 1...6 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var packed = PackedPairs()
        var model = Model()
        for step in 0..<1_000 {
            let name = text(&random, seed.isMultiple(of: 2) ? 300 : 20)
            let value = value(&random, seed.isMultiple(of: 3) ? 40_000 : 200)
            let deadline = random.below(2) == 0 ? PackedPairs.noDeadline : Int64(random.below(50))
            let known = model.pairs.isEmpty ? nil : Optional(random.below(model.pairs.count))
            switch random.below(10) {
            case 0..<4:
                guard model.index(of: name) == nil else { continue }
                model.insert(name, value, deadline)
                name.withBytes { name in
                    if packed.find(name) != nil { Issue.record("found too much") }
                    value.withBytes { packed.insert(name, $0, deadline: deadline) }
                }
            case 4, 5:
                guard let known else { continue }
                model.pairs[known].value = value
                model.pairs[known].name.withBytes { name in
                    guard let pair = packed.find(name) else { return lost() }
                    value.withBytes { packed.setValue(of: pair, to: $0) }
                }
            case 6:
                guard let known else { continue }
                let old = model.pairs.remove(at: known)
                model.insert(old.name, old.value, deadline)
                old.name.withBytes { name in
                    guard let pair = packed.find(name) else { return lost() }
                    packed.setDeadline(of: pair, to: deadline)
                }
            default:
                guard let known, model.pairs.count > random.below(40) else { continue }
                let old = model.pairs.remove(at: known)
                old.name.withBytes { name in
                    guard let pair = packed.find(name) else { return lost() }
                    packed.remove(pair)
                }
            }
            if step % 100 == 0 { expectSame(packed, model) }
        }
        expectSame(packed, model)
        let copy = packed.copy()
        packed.removeAll()
        #expect(packed.isEmpty && packed.memoryBytes == 0)
        expectSame(copy, model)
    }

    @Test("takes two bytes more than its short texts, and packs integers")
    func size() {
        func bytes(_ value: String) -> Int {
            var packed = PackedPairs()
            let value = ByteString(value)
            value.withBytes { packed.insert(Bytes("name"), $0) }
            var read: ByteString?
            packed.forEach { read = self.bytes($0.value) }
            #expect(read == value)
            return packed.byteCount - 5
        }
        #expect(bytes("value") == 6)
        #expect(bytes(String(repeating: "x", count: 95)) == 96)
        #expect(bytes(String(repeating: "x", count: 96)) == 101)
        for (number, size) in [
            (0, 1), (127, 1), (128, 3), (-1, 2), (-128, 2), (-129, 3), (32_767, 3), (32_768, 4),
            (8_388_607, 4), (8_388_608, 5), (2_147_483_648, 6), (Int.max, 9), (Int.min, 9),
        ] { #expect(bytes("\(number)") == size) }
        for text in ["007", "-0", "+1", "1.0", "-", "9223372036854775808", "1 "] {
            #expect(bytes(text) == text.utf8.count + 1)
        }
    }

    @Test("gives room back")
    func trimming() {
        var packed = PackedPairs()
        packed.reserve(200)
        packed.insert(Bytes("name"), Bytes("12345678"))
        packed.trim()
        let value = packed.find(Bytes("name")).map { bytes($0.value) }
        #expect(value == "12345678")
        #expect(packed.byteCount == 10)
        #expect(packed.memoryBytes == 32)
    }
}
