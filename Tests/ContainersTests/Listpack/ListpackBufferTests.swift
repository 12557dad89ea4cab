// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("ListpackBuffer")
struct ListpackBufferTests {
    /// Both sides of every form's threshold.
    static let integers: [Int64] = [
        0, 127, 128, -1, -4096, -4097, 4095, 4096, 32_767, 32_768, -32_768, -32_769, 8_388_607,
        8_388_608, -8_388_608, -8_388_609, 2_147_483_647, 2_147_483_648, -2_147_483_648,
        -2_147_483_649, .max, .min,
    ]
    static let lengths = [
        0, 1, 63, 64, 65, 124, 125, 126, 127, 4095, 4096, 16_376, 16_378, 16_380, 70_000, 2_097_160,
    ]

    static func filled() -> ListpackBuffer {
        var pack = ListpackBuffer()
        pack.beginAppending()
        for integer in integers { pack.add(integer) }
        for length in lengths {
            ByteString([UInt8](repeating: 0x61, count: length)).withBytes { pack.add($0) }
        }
        ByteString("-77").withBytes { pack.add($0) }
        pack.endAppending(integers.count + lengths.count + 1)
        return pack
    }

    static func texts(_ view: ListpackView) -> [ByteString] {
        var texts: [ByteString] = []
        var place = view.start
        while place < view.end {
            switch view.element(at: place) {
            case .string(let bytes): texts.append(ByteString(bytes))
            case .integer(let number): texts.append(ByteString("\(number)"))
            }
            place = view.next(place)
        }
        return texts
    }

    @Test("keeps numbers and texts of every size, and is walked in both directions")
    func everySize() {
        let pack = Self.filled()
        let view = pack.view
        #expect(view.isSound)
        let expected =
            Self.integers.map { ByteString("\($0)") }
            + Self.lengths.map { ByteString([UInt8](repeating: 0x61, count: $0)) } + ["-77"]
        #expect(Self.texts(view) == expected)
        var places: [Int] = []
        var place = view.start
        while place < view.end {
            places.append(place)
            place = view.next(place)
        }
        var backwards: [Int] = []
        var end = view.end
        while let previous = view.previous(end) {
            backwards.append(previous)
            end = previous
        }
        #expect(backwards == places.reversed())
        for (integer, place) in zip(Self.integers, places) {
            #expect(view.integer(at: place) == integer)
            ByteString("\(integer)").withBytes { #expect(view.isEqual(at: place, to: $0)) }
        }
        #expect(ListpackBuffer(checking: pack.bytes)?.bytes == pack.bytes)
    }

    @Test("a number is put in the place of another of any size", arguments: integers)
    func replacing(number: Int64) {
        for old in Self.integers {
            var pack = ListpackBuffer()
            pack.beginAppending()
            pack.add(old)
            ByteString("behind").withBytes { pack.add($0) }
            pack.endAppending(2)
            let copy = pack
            pack.replace(at: pack.view.start, with: number)
            #expect(pack.view.isSound)
            #expect(Self.texts(pack.view) == [ByteString("\(number)"), "behind"])
            #expect(Self.texts(copy.view) == [ByteString("\(old)"), "behind"])
        }
    }

    @Test("damaged bytes are refused, or are at least read without a trap")
    func damage() {
        var small = ListpackBuffer()
        small.beginAppending()
        for word in ["a", "12", "-70000", "temperature", "9000000000"] {
            ByteString(word).withBytes { small.add($0) }
        }
        small.endAppending(5)
        let bytes = small.bytes
        for bit in 0..<(bytes.count * 8) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let pack = ListpackBuffer(checking: flipped) else { continue }
            _ = Self.texts(pack.view)
        }
        for length in 0..<bytes.count {
            #expect(ListpackBuffer(checking: Array(bytes[..<length])) == nil)
        }
        #expect(ListpackBuffer(checking: bytes + [0xFF]) == nil)
    }
}
