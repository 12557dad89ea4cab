// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("PackedChunk")
struct PackedChunkTests {
    /// Both sides of every change in how a length is written.
    static let lengths = [0, 1, 2, 20, 126, 127, 128, 129, 300, 16_383, 16_384, 16_390]

    @Test("reads back elements of every length class from both ends", arguments: lengths)
    func lengthClasses(length: Int) {
        var chunk = PackedChunk()
        let element = ByteString((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        ByteString("front").withBytes { chunk.append($0) }
        element.withBytes { chunk.append($0) }
        element.withBytes { chunk.prepend($0) }
        #expect(chunk.count == 3)
        #expect(chunk.first.map { ByteString($0) } == element)
        #expect(chunk.last.map { ByteString($0) } == element)
        #expect(ByteString(chunk[1]) == "front")
        chunk.removeFirst()
        chunk.removeLast()
        #expect(PackedChunkModel.elements(of: chunk) == ["front"])
    }

    @Test("copies are independent, also those a cursor keeps")
    func copies() {
        var chunk = PackedChunk()
        for word: ByteString in ["a", "b", "c"] { word.withBytes { chunk.append($0) } }
        let copy = chunk
        var cursor = chunk.cursor()
        chunk.removeFirst()
        ByteString("d").withBytes { chunk.append($0) }
        #expect(PackedChunkModel.elements(of: copy) == ["a", "b", "c"])
        #expect(PackedChunkModel.elements(of: chunk) == ["b", "c", "d"])
        #expect(cursor.next().map { ByteString($0) } == "a")
    }

    @Test("agrees with an array under random changes", arguments: 1...12 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) {
        var model = PackedChunkModel(seed: seed)
        for step in 0..<3000 {
            model.step()
            if step % 16 == 0 { #expect(model.isConsistent, "seed \(seed), step \(step)") }
        }
        #expect(model.isConsistent)
        #expect(model.areCopiesIntact)
    }

    @Test("gives memory back when most elements are gone")
    func memory() {
        var chunk = PackedChunk()
        let element = ByteString([UInt8](repeating: 7, count: 100))
        for _ in 0..<80 { element.withBytes { chunk.append($0) } }
        let full = chunk.memoryBytes
        #expect(full >= 80 * 102)
        chunk.trim()
        #expect(chunk.memoryBytes < 80 * 102 * 33 / 32 + 64)
        for _ in 0..<75 { chunk.removeFirst() }
        #expect(chunk.memoryBytes < full / 4)
        #expect(chunk.count == 5)
    }
}

/// A chunk and the array that it must equal.
struct PackedChunkModel {
    private var chunk = PackedChunk()
    private var model: [ByteString] = []
    private var copies: [(chunk: PackedChunk, model: [ByteString])] = []
    private var random: RandomSource

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
    }

    static func elements(of chunk: PackedChunk) -> [ByteString] {
        var elements: [ByteString] = []
        chunk.forEach { elements.append(ByteString($0)) }
        return elements
    }

    var isConsistent: Bool {
        var backwards: [ByteString] = []
        var cursor = chunk.cursor(at: chunk.count)
        while let element = cursor.previous() { backwards.append(ByteString(element)) }
        return chunk.count == model.count && Self.elements(of: chunk) == model
            && backwards == model.reversed()
            && chunk.first.map { ByteString($0) } == model.first
            && chunk.last.map { ByteString($0) } == model.last
            && model.indices.allSatisfy { ByteString(chunk[$0]) == model[$0] }
    }

    var areCopiesIntact: Bool {
        copies.allSatisfy { Self.elements(of: $0.chunk) == $0.model }
    }

    private mutating func randomElement() -> ByteString {
        let length =
            random.below(40) == 0
            ? PackedChunkTests.lengths[random.below(PackedChunkTests.lengths.count)]
            : random.below(30)
        return ByteString((0..<length).map { _ in UInt8(random.below(256)) })
    }

    mutating func step() {
        let element = randomElement()
        switch random.below(11) {
        case 0, 1:
            element.withBytes { chunk.append($0) }
            model.append(element)
        case 2, 3:
            element.withBytes { chunk.prepend($0) }
            model.insert(element, at: 0)
        case 4 where !model.isEmpty:
            chunk.removeFirst()
            model.removeFirst()
        case 5 where !model.isEmpty:
            chunk.removeLast()
            model.removeLast()
        case 6:
            let index = random.below(model.count + 1)
            element.withBytes { chunk.insert($0, at: index) }
            model.insert(element, at: index)
        case 7 where !model.isEmpty:
            let index = random.below(model.count)
            element.withBytes { chunk.replace(at: index, with: $0) }
            model[index] = element
        case 8 where !model.isEmpty:
            let low = random.below(model.count)
            let high = min(model.count, low + random.below(4))
            chunk.removeSubrange(low..<high)
            model.removeSubrange(low..<high)
        case 9:
            let index = random.below(model.count + 1)
            let rest = chunk.split(at: index)
            if random.below(2) == 0 {
                chunk.append(contentsOf: rest)
            } else {
                model.removeSubrange(index...)
            }
        case 10:
            if copies.count < 8 { copies.append((chunk, model)) }
            if random.below(3) == 0 { chunk.trim() }
        default: break
        }
    }
}
