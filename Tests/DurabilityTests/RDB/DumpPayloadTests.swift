// SPDX-License-Identifier: Apache-2.0

import Durability
import Primitives
import Store
import Testing

@Suite("Dump payloads")
struct DumpPayloadTests {
    private let codec = DumpPayload()

    /// What Redis 8.2.3 has dumped: strings, lists, hashes with and without times, sets, sorted sets.
    private static let fromRedis: [[UInt8]] = [
        [0x00, 0x03, 0x62, 0x61, 0x72],
        [0x00, 0xC2, 0x90, 0xEE, 0xFE, 0xFF],
        [0x00, 0xC3, 0x09, 0x1E, 0x01, 0x78, 0x78, 0xE0, 0x11, 0x00, 0x01, 0x78, 0x78],
        [
            0x12, 0x01, 0x02, 0xC3, 0x1E, 0x40, 0x5E, 0x16, 0x5E, 0x00, 0x00, 0x00, 0x06, 0x00,
            0x81, 0x61, 0x02, 0x81, 0x62, 0x02, 0x01, 0x01, 0xDF, 0xFB, 0x02, 0xC1, 0x2C, 0x02,
            0xE0, 0x46, 0x78, 0xE0, 0x3C, 0x00, 0x01, 0x48, 0xFF,
        ],
        [
            0x10, 0x12, 0x12, 0x00, 0x00, 0x00, 0x04, 0x00, 0x81, 0x66, 0x02, 0x81, 0x76, 0x02,
            0x81, 0x6E, 0x02, 0x0C, 0x01, 0xFF,
        ],
        [
            0x19, 0x55, 0x15, 0x7E, 0x05, 0x51, 0x1E, 0x00, 0x00, 0x1D, 0x1D, 0x00, 0x00, 0x00,
            0x06, 0x00, 0x81, 0x61, 0x02, 0x01, 0x01, 0xF4, 0x55, 0x15, 0x7E, 0x05, 0x51, 0x1E,
            0x00, 0x00, 0x09, 0x81, 0x62, 0x02, 0x02, 0x01, 0x00, 0x01, 0xFF,
        ],
        [0x0B, 0x0E, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0x2C, 1],
        [0x14, 0x0D, 0x0D, 0, 0, 0, 2, 0, 0x81, 0x61, 2, 0x81, 0x62, 2, 0xFF],
        [
            0x11, 0x14, 0x14, 0, 0, 0, 4, 0, 0x81, 0x61, 2, 1, 1, 0x81, 0x62, 2, 0x83, 0x32, 0x2E,
            0x35, 4, 0xFF,
        ],
    ]

    private func framed(_ body: [UInt8], version: UInt8 = 12) -> ByteString {
        let bytes = body + [version, 0]
        let checksum = CRC64.checksum(bytes.span)
        return ByteString(
            bytes + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> UInt64(8 * $0)) })
    }

    /// What becomes of a payload in a keyspace: the payload of the value that it has made, if any.
    private func restored(_ payload: ByteString) -> ByteString? {
        var keyspace = Keyspace(seed: 1)
        return payload.withBytes { payload in
            guard codec.isIntact(payload), let value = codec.value(in: payload) else { return nil }
            return ByteString("key").withBytes { key in
                keyspace.install(value, at: key).map { codec.payload(of: $0) }
            }
        }
    }

    @Test("reads what Redis writes, and what it writes itself")
    func reads() throws {
        for body in Self.fromRedis {
            guard let ours = restored(framed(body)) else {
                // Whatever cannot be held yet is refused, not misread.
                continue
            }
            #expect(restored(ours) == ours)
        }
        #expect(restored(framed(Self.fromRedis[0])) == framed(Self.fromRedis[0]))
    }

    @Test(
        "a packed set stays packed unless it has too many members",
        arguments: [(128, true), (1, false)])
    func packedSet(most: Int, staysPacked: Bool) throws {
        var keyspace = Keyspace(seed: 1)
        keyspace.setLimits.maximumPackedBytes = 0
        keyspace.setLimits.maximumPackedMembers = most
        // Integers alone are no reason for another form.
        let payload = framed([0x14, 0x0B, 0x0B, 0, 0, 0, 2, 0, 1, 1, 2, 1, 0xFF])
        let value = try #require(payload.withBytes { codec.value(in: $0) })
        let entry = try #require(ByteString("key").withBytes { keyspace.install(value, at: $0) })
        #expect(entry.encodingName.description == (staysPacked ? "listpack" : "hashtable"))
    }

    @Test("refuses other versions, broken checksums and bytes behind the value")
    func frames() {
        let body = Self.fromRedis[0]
        #expect(restored(framed(body, version: 13)) == nil)
        #expect(restored(framed(body, version: 6)) != nil)
        #expect(restored(framed(body + [0])) == nil)
        #expect(restored(framed([])) == nil)
        for count in 0..<12 {
            #expect(restored(ByteString([UInt8](repeating: 0, count: count))) == nil)
        }
        var broken = framed(body).array
        broken[1] ^= 1
        #expect(restored(ByteString(broken)) == nil)
    }

    /// Damaged bodies under good checksums: a value or a refusal, never a trap, never a hang.
    @Test("survives damaged bodies", arguments: 0..<fromRedis.count)
    func fuzz(index: Int) {
        var random = SystemRandomNumberGenerator()
        for round in 0..<3000 {
            var body = Self.fromRedis[index]
            switch round % 4 {
            case 0: body.removeLast(Int.random(in: 1..<body.count, using: &random))
            case 1: body[0] = UInt8.random(in: 0...30, using: &random)
            default: break
            }
            for _ in 0...(round % 5) {
                let place = Int.random(in: 0..<body.count, using: &random)
                body[place] =
                    round % 3 == 0 ? 0xFF : UInt8.random(in: 0...255, using: &random)
            }
            if let made = restored(framed(body)) { #expect(restored(made) == made) }
        }
    }

    @Test("survives vector sets and contexts that are damaged")
    func fuzzOwnTypes() throws {
        var random = SystemRandomNumberGenerator()
        for type: [UInt8] in [Self.vectorSet] {
            for round in 0..<5000 {
                var body = type
                for _ in 0...(round % 4) {
                    let place = Int.random(in: 10..<body.count, using: &random)
                    body[place] = UInt8.random(in: 0...255, using: &random)
                }
                if let made = restored(framed(body)) { #expect(restored(made) != nil) }
            }
        }
    }

    /// `VADD v VALUES 3 1 2 3 e` and `VADD v VALUES 3 3 2 1 f`, dumped by Redis.
    private static let vectorSet: [UInt8] = [
        0x07, 0x81, 0xBD, 0xE7, 0x2D, 0xA2, 0xBB, 0x1E, 0xB4, 0x00, 0x02, 0x03, 0x02, 0x02,
        0x02, 0x50, 0x01, 0x02, 0x02, 0x05, 0x01, 0x66, 0x05, 0x07, 0x7B, 0x22, 0x61, 0x22,
        0x3A, 0x31, 0x7D, 0x05, 0x03, 0x7F, 0x55, 0x2A, 0x02, 0x07, 0x02, 0x02, 0x02, 0x80,
        0x01, 0x00, 0x00, 0x00, 0x02, 0x01, 0x02, 0x20, 0x02, 0x01, 0x02, 0x81, 0x3E, 0x92,
        0xDC, 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x81, 0x3F, 0x4D, 0x41, 0xB2, 0x40, 0x6F,
        0x77, 0x51, 0x05, 0x01, 0x65, 0x05, 0x00, 0x05, 0x03, 0x2A, 0x55, 0x7F, 0x02, 0x07,
        0x02, 0x01, 0x02, 0x80, 0x01, 0x00, 0x00, 0x00, 0x02, 0x01, 0x02, 0x20, 0x02, 0x02,
        0x02, 0x81, 0x3E, 0x92, 0xDC, 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x81, 0x3F, 0x4D,
        0x41, 0xB2, 0x40, 0x6F, 0x77, 0x51, 0x00,
    ]
}
