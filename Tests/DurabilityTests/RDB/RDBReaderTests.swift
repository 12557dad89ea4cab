// SPDX-License-Identifier: Apache-2.0

import Durability
import Primitives
import Store
import Testing

/// Against files that Redis 8.2.3 wrote.
@Suite("RDB files of Redis")
struct RDBReaderTests {
    @Test("strings, lists, hashes, times and databases")
    func plain() throws {
        let found = try keys(base64(RedisFiles.plain))
        #expect(found.count == 11)
        #expect(found["0/text"]?.value == .string("hello"))
        #expect(found["0/integer"]?.value == .string("12345"))
        #expect(found["0/negative"]?.value == .string("-7"))
        #expect(found["0/big"]?.value == .string("123456789012"))
        let long = String(repeating: "abcdefgh", count: 40)
        #expect(found["0/long"]?.value == .string(ByteString(long)))
        #expect(found["0/ending"]?.expiryMilliseconds == 4_102_444_800_123)
        #expect(found["0/text"]?.expiryMilliseconds == nil)
        let elements: [ByteString] = [
            "a", "1", "-1", "100", "4000", "-4096", "30000", "8000000", "2000000000",
            "9000000000", ByteString(String(repeating: "x", count: 70)),
        ]
        #expect(found["0/list"]?.value == .list(elements))
        guard case .hash(let small) = found["0/hash"]?.value,
            case .hash(let large) = found["0/table"]?.value,
            case .hash(let fields) = found["3/fields"]?.value,
            case .hash(let longFields) = found["3/longfields"]?.value
        else {
            Issue.record("a hash is missing")
            return
        }
        #expect(
            byName(small) == [
                RDBHashField("empty", ""), RDBHashField("field", "value"),
                RDBHashField("number", "42"),
            ])
        #expect(large.count == 600)
        #expect(large.contains(RDBHashField("field77", "value77")))
        #expect(
            byName(fields) == [
                RDBHashField("ends", "2", expiryMilliseconds: 4_102_444_800_000),
                RDBHashField("later", "3", expiryMilliseconds: 4_102_444_900_000),
                RDBHashField("stays", "1"),
            ])
        #expect(byName(longFields).map(\.expiryMilliseconds) == [4_102_444_800_000, 0])
    }

    @Test("types that the keyspace lacks are read for checks")
    func otherTypes() throws {
        let found = try keys(base64(RedisFiles.otherTypes))
        #expect(found["0/integers"]?.value == .set(["1", "2", "3"]))
        guard case .stream(let stream) = found["0/stream"]?.value else {
            Issue.record("no stream")
            return
        }
        #expect(stream.count == 1)
        #expect(stream.groups.first?.consumers.first?.pending == [StreamID(1, 1)])
        guard case .sortedSet(let scores) = found["0/scores"]?.value else {
            Issue.record("no sorted set")
            return
        }
        #expect(scores.map(\.element) == ["a", "b"])
        #expect(scores.map(\.score) == [1.5, 2])
        #expect(found["0/last"]?.value == .string("one"))
    }

    @Test(
        "vector sets of every quantisation, with their graphs", arguments: ["NOQUANT", "Q8", "BIN"])
    func vectorSets(quantization: String) throws {
        let found = try keys(base64(RedisFiles.vectorSets))
        guard case .vectorSet(let set) = found["0/set\(quantization)"]?.value,
            case .vectorSet(let projected) = found["0/projected"]?.value
        else {
            Issue.record("a vector set is missing")
            return
        }
        #expect(set.dimensions == 4)
        #expect(set.m == 16)
        #expect(set.nodes.count == 12)
        #expect(set.nodes.allSatisfy { $0.layers[0].links.count > 1 })
        #expect(set.nodes.allSatisfy { $0.vector.count == set.vectorByteCount })
        let third = try #require(set.nodes.first { $0.element == "e3" })
        #expect(third.attribute == "{\"n\":3}")
        #expect(set.graphFault() == nil)
        #expect(projected.projection?.inputDimensions == 4)
        #expect(projected.dimensions == 2)
        #expect(projected.nodes.allSatisfy { $0.attribute == nil })
    }

    @Test(
        "no flipped bit and no truncation goes unnoticed",
        arguments: [(RedisFiles.otherTypes, 1), (RedisFiles.vectorSets, 499)])
    func damage(file: String, step: Int) throws {
        let bytes = base64(file)
        _ = try items(bytes)
        for bit in stride(from: 0, to: bytes.count * 8, by: step) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: RDBError.self, "bit \(bit)") { try items(flipped) }
        }
        for length in stride(from: 0, to: bytes.count, by: step) {
            #expect(throws: RDBError.self, "length \(length)") {
                try items(Array(bytes[..<length]))
            }
        }
        #expect(throws: RDBError.self) { try items(bytes + [0]) }
    }

    @Test("without a checksum damage is at least no trap")
    func damageWithoutChecksum() throws {
        var bytes = base64(RedisFiles.vectorSets)
        for index in (bytes.count - 8)..<bytes.count { bytes[index] = 0 }
        _ = try items(bytes)
        for bit in stride(from: 0, to: bytes.count * 8 - 64, by: 211) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            _ = try? items(flipped)
        }
        var random = RandomSource(seed: 5)
        for file in [RedisFiles.plain, RedisFiles.otherTypes, RedisFiles.vectorSets] {
            let whole = base64(file)
            for _ in 0..<60 {
                var damaged = whole
                for _ in 0..<(1 + random.below(8)) {
                    damaged[9 + random.below(whole.count - 17)] = UInt8(random.below(256))
                }
                for index in (whole.count - 8)..<whole.count { damaged[index] = 0 }
                _ = try? items(damaged)
            }
        }
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            ("", 0, "signature"), ("REDIS00x1", 5, "version is no number"),
            ("REDIS0099", 5, "version 99 is not known"), ("REDIS0001", 9, "ends early"),
        ])
    func messages(file: String, offset: Int, reason: String) {
        let error = #expect(throws: RDBError.self) { try items(Array(file.utf8)) }
        #expect(error?.offset == offset)
        #expect(error?.reason.contains(reason) == true)
    }

    @Test("an announced size beyond the file allocates nothing")
    func announcedSizes() {
        for head: [UInt8] in [
            [0, 1, 0x61, 0x81, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [4, 1, 0x61, 0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0, 1, 0x61, 0xC3, 0x01, 0x81, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0],
            [18, 1, 0x61, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 2],
        ] {
            #expect(throws: RDBError.self) { try items(Array("REDIS0003".utf8) + head) }
        }
    }
}
