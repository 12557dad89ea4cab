// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import Durability

@Suite("Listpack and the older packed encodings")
struct ListpackTests {
    static let numbers: [Int64] = [
        0, 1, 127, 128, -1, 4095, 4096, -4096, -4097, 32767, 32768, -32768, -32769, 8_388_607,
        8_388_608, -8_388_608, -8_388_609, 2_147_483_647, 2_147_483_648, -2_147_483_648,
        -2_147_483_649, .max, .min,
    ]

    @Test("gives back numbers and strings on both sides of every bound")
    func roundTrip() throws {
        var elements = Self.numbers.map { ByteString(String($0)) }
        for count in [0, 1, 63, 64, 127, 128, 4095, 4096, 16380, 16381, 16382, 16383, 70_000] {
            elements.append(ByteString([UInt8](repeating: 0x78, count: count)))
        }
        elements += ["007", "-0", "+1", "1.0", " 1", "9223372036854775808"]
        var builder = Listpack.Builder()
        for element in elements { builder.append(element) }
        let bytes = builder.finish()
        #expect(try Listpack.elements(of: ByteReader(bytes)) == elements)
        for length in 0..<200 {
            #expect(throws: RDBError.self) {
                try Listpack.elements(of: ByteReader(Array(bytes[..<length])))
            }
        }
    }

    @Test("survives every flipped bit")
    func flippedBits() {
        var builder = Listpack.Builder()
        for element in ["hello", "5", "-300", "70000", "world"] as [ByteString] {
            builder.append(element)
        }
        let bytes = builder.finish()
        for bit in 0..<(bytes.count * 8) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            _ = try? Listpack.elements(of: ByteReader(flipped))
            _ = try? Ziplist.elements(of: ByteReader(flipped))
            _ = try? Zipmap.elements(of: ByteReader(flipped))
            _ = try? Intset.elements(of: ByteReader(flipped))
        }
    }

    @Test("reads a ziplist")
    func ziplist() throws {
        // "ab", 3, -2 (int8), 300 (int16)
        let entries: [UInt8] = [
            0, 0x02, 0x61, 0x62, 4, 0xF4, 2, 0xFE, 0xFE, 3, 0xC0, 0x2C, 0x01,
        ]
        let size = UInt8(10 + entries.count + 1)
        let bytes = [size, 0, 0, 0, 19, 0, 0, 0, 4, 0] + entries + [0xFF]
        #expect(try Ziplist.elements(of: ByteReader(bytes)) == ["ab", "3", "-2", "300"])
        for bit in 0..<(bytes.count * 8) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            if let elements = try? Ziplist.elements(of: ByteReader(flipped)) {
                // Only content may have changed: all structure is stated twice.
                #expect(elements.count == 4)
            }
        }
    }

    @Test("reads a zipmap with unused room, and an intset of each width")
    func zipmapAndIntset() throws {
        let zipmap: [UInt8] = [1, 1, 0x61, 2, 3, 0x62, 0x63, 0, 0, 0, 0xFF]
        #expect(try Zipmap.elements(of: ByteReader(zipmap)) == ["a", "bc"])
        let narrow: [UInt8] = [2, 0, 0, 0, 2, 0, 0, 0, 0xFF, 0xFF, 5, 0]
        #expect(try Intset.elements(of: ByteReader(narrow)) == ["-1", "5"])
        let wide: [UInt8] = [8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]
        #expect(try Intset.elements(of: ByteReader(wide)) == ["-9223372036854775808"])
        let unordered: [UInt8] = [2, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0xFF, 0xFF]
        #expect(throws: RDBError.self) { try Intset.elements(of: ByteReader(unordered)) }
    }
}
