// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

/// The oracle is a list of booleans, looked at one by one.
@Suite("Bits")
struct BitsTests {
    private func bits(of bytes: [UInt8]) -> [Bool] {
        bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 == 1 } }
    }

    /// Bytes with long runs of zeros and ones, as bitmaps have them.
    private func bytes(_ count: Int, _ random: inout SplitMix) -> [UInt8] {
        (0..<count).map { _ in
            switch random.next() % 4 {
            case 0: 0
            case 1: 0xFF
            default: UInt8(truncatingIfNeeded: random.next())
            }
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    @Test("counts and finds bits of any range", arguments: [1, 7, 8, 9, 16, 17, 40, 63])
    func countsAndFinds(length: Int) {
        var random = SplitMix(state: UInt64(length))
        for round in 0..<200 {
            let made = round == 0 ? [UInt8](repeating: 0, count: length) : bytes(length, &random)
            let model = bits(of: made)
            let first = Int.random(in: 0..<model.count, using: &random)
            let last = Int.random(in: first..<model.count, using: &random)
            ByteString(made).withBytes { row in
                #expect(row.setBitCount == model.count { $0 })
                #expect(row.setBitCount(in: first...last) == model[first...last].count { $0 })
                for wanted in [true, false] {
                    let found = row.firstBit(isSet: wanted, in: first...last)
                    #expect(found == model[first...last].firstIndex(of: wanted))
                }
            }
        }
    }

    @Test("reads and writes fields of any width")
    func fields() {
        var random = SplitMix(state: 3)
        for _ in 0..<2000 {
            var made = bytes(20, &random)
            let width = Int.random(in: 1...64, using: &random)
            let offset = Int.random(in: 0...(160 - width), using: &random)
            var model = bits(of: made)
            let old = model[offset..<(offset + width)].reduce(UInt64(0)) { $0 << 1 | ($1 ? 1 : 0) }
            #expect(ByteString(made).withBytes { $0.bitField(at: offset, width: width) } == old)
            let value = random.next()
            var span = made.mutableSpan
            span.setBitField(at: offset, width: width, to: value)
            for index in 0..<width {
                model[offset + index] = value >> UInt64(width - 1 - index) & 1 == 1
            }
            #expect(bits(of: made) == model)
        }
    }

    @Test("reads zeros behind the end")
    func behindTheEnd() {
        ByteString([0xFF]).withBytes { row in
            #expect(row.bitField(at: 4, width: 8) == 0xF0)
            #expect(row.bitField(at: 1000, width: 64) == 0)
        }
    }

    @Test("combines rows of different lengths", arguments: BitOperation.allCases)
    func combines(operation: BitOperation) {
        var random = SplitMix(state: 11)
        for _ in 0..<200 {
            let rows = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                bytes(Int.random(in: 0...40, using: &random), &random)
            }
            let length = rows.map(\.count).max() ?? 0
            let models = rows.map { bits(of: $0) }
            let expected = (0..<(length * 8)).map { index in
                let column = models.map { model in index < model.count && model[index] }
                return combined(operation, column)
            }
            let strings = rows.map { ByteString($0) }
            let result = operation(strings.map { $0.withBytes { $0 } })
            #expect(bits(of: result.array) == expected)
            #expect(strings.count == rows.count)
        }
    }

    private func combined(_ operation: BitOperation, _ column: [Bool]) -> Bool {
        let others = column.dropFirst().contains(true)
        let count = column.count { $0 }
        return switch operation {
        case .and: count == column.count
        case .or: count > 0
        case .xor: count % 2 == 1
        case .not: !column[0]
        case .difference: column[0] && !others
        case .otherDifference: !column[0] && others
        case .andOr: column[0] && others
        case .one: count == 1
        }
    }
}
