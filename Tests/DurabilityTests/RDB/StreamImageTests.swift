// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@testable import Durability

@Suite("Streams in files")
struct StreamImageTests {
    static func image(_ name: String, of file: String = RedisFiles.streams) throws -> StreamImage {
        guard case .stream(let image) = try keys(base64(file))["0/\(name)"]?.value else {
            throw RDBError(.malformed, offset: 0, "no stream '\(name)'")
        }
        return image
    }

    @Test("what Redis wrote is read, entries, groups and all")
    func reading() throws {
        let image = try Self.image("events")
        #expect(image.nodes.map(\.master) == [StreamID(1, 0), StreamID(101, 0)])
        #expect(image.count == 119)
        #expect(image.lastID == StreamID(121, 7))
        #expect(image.firstID == StreamID(1, 0))
        #expect(image.maximumDeletedID == StreamID(121, 7))
        #expect(image.entriesAdded == 121)
        #expect(image.groups.map(\.name) == ["idlers", "readers"])
        #expect(image.groups.map(\.entriesRead) == [6, StreamGroup.unknownCount])
        let readers = image.groups[1]
        #expect(readers.lastID == StreamID(3, 0))
        #expect(readers.pending.map(\.id.milliseconds) == [1, 2, 3])
        #expect(readers.pending[1].deliveryMilliseconds == 1_700_000_000_000)
        #expect(readers.pending.map(\.deliveryCount) == [1, 9, 1])
        #expect(readers.consumers.map(\.name) == ["amy", "bob"])
        #expect(readers.consumers.map { $0.pending.count } == [2, 1])
        let stream = try StreamValue(image)
        #expect(stream.count == 119)
        #expect(stream.contains(StreamID(120, 0)))
        #expect(!stream.contains(StreamID(5, 0)))
        #expect(stream.edgeID(last: true) == StreamID(120, 0))
        // All of its entries are deleted, and yet its chunk stays.
        let hollow = try StreamValue(try Self.image("hollow"))
        #expect(hollow.count == 0)
        #expect(hollow.nodeCount == 1)
        #expect(hollow.edgeID() == nil)
        #expect(hollow.edgeID(includingDeleted: true) == StreamID(1, 0))
    }

    @Test("what Redis wrote is written again byte by byte")
    func writing() throws {
        for item in try items(base64(RedisFiles.streams)) {
            guard case .key(let key) = item, case .stream(let image) = key.value else { continue }
            var encoder = RDBEncoder()
            encoder.value(.stream(try StreamValue(image).image))
            var reader = ByteReader(encoder.bytes)
            #expect(try StreamImage(.streamListpacks3, from: &reader) == image)
            #expect(reader.remaining == 0)
            var plain = RDBEncoder(compresses: false)
            plain.value(.stream(image))
            var again = RDBEncoder(compresses: false)
            again.value(.stream(try StreamValue(image).image))
            #expect(plain.bytes == again.bytes)
        }
    }

    /// A stream as older versions wrote it: without counters, without the consumers' activity.
    private static func old(_ image: StreamImage, _ type: RDBType) -> [UInt8] {
        var encoder = RDBEncoder()
        func id(_ id: StreamID) {
            encoder.length(id.milliseconds)
            encoder.length(id.sequence)
        }
        func raw(_ id: StreamID) {
            for word in [id.milliseconds, id.sequence] {
                encoder.littleEndian(word.byteSwapped, 8)
            }
        }
        encoder.length(UInt64(image.nodes.count))
        for node in image.nodes {
            encoder.length(16)
            raw(node.master)
            encoder.string(node.listpack)
        }
        encoder.length(image.count)
        id(image.lastID)
        if type == .streamListpacks2 {
            id(image.firstID ?? .zero)
            id(image.maximumDeletedID)
            encoder.length(image.entriesAdded)
        }
        encoder.length(UInt64(image.groups.count))
        for group in image.groups {
            encoder.string(group.name)
            id(group.lastID)
            if type == .streamListpacks2 {
                encoder.length(UInt64(bitPattern: group.entriesRead ?? -1))
            }
            encoder.length(UInt64(group.pending.count))
            for entry in group.pending {
                raw(entry.id)
                encoder.milliseconds(entry.deliveryMilliseconds)
                encoder.length(UInt64(entry.deliveryCount))
            }
            encoder.length(UInt64(group.consumers.count))
            for consumer in group.consumers {
                encoder.string(consumer.name)
                encoder.milliseconds(consumer.seenMilliseconds)
                encoder.length(UInt64(consumer.pending.count))
                for entry in consumer.pending { raw(entry) }
            }
        }
        return encoder.bytes
    }

    @Test("older encodings are read", arguments: [RDBType.streamListpacks, .streamListpacks2])
    func olderEncodings(type: RDBType) throws {
        let image = try Self.image("events")
        var reader = ByteReader(Self.old(image, type))
        let stream = try StreamValue(try StreamImage(type, from: &reader))
        #expect(reader.remaining == 0)
        #expect(stream.count == 119)
        #expect(stream.firstID == StreamID(1, 0))
        let hasCounters = type == .streamListpacks2
        #expect(stream.entriesAdded == (hasCounters ? 121 : 119))
        #expect(stream.maximumDeletedID == (hasCounters ? StreamID(121, 7) : .zero))
        let readers = try #require(stream.group(Bytes("readers")))
        #expect(readers.pendingCount == 3)
        let amy = readers[try #require(readers.consumer(named: Bytes("amy")))]
        #expect(amy.activeMilliseconds == amy.seenMilliseconds)
    }

    @Test("a snapshot of the keyspace keeps streams, in the version that has them")
    func snapshot() throws {
        var keyspace = Keyspace(seed: 1)
        let original = base64(RedisFiles.streams)
        #expect(try Snapshot.load(original, into: &keyspace).loadedKeys == 2)
        let file = keyspace.encoded()
        #expect(try RDBReader(file).version == 11)
        let (found, expected) = (try keys(file), try keys(original))
        #expect(found.count == 2)
        for (name, key) in expected { #expect(found[name]?.value == key.value, "\(name)") }
        #expect(SnapshotCheck(file, nowMilliseconds: 0).isSound)
    }

    @Test("no damage behind a checksum that was left out makes a trap")
    func damage() throws {
        var whole = base64(RedisFiles.streams)
        for index in (whole.count - 8)..<whole.count { whole[index] = 0 }
        var random = RandomSource(seed: 3)
        for round in 0..<600 {
            var damaged = whole
            for _ in 0..<(1 + round % 4) {
                damaged[9 + random.below(whole.count - 17)] = UInt8(random.below(256))
            }
            let check = SnapshotCheck(damaged, nowMilliseconds: 0)
            var keyspace = Keyspace(seed: 1)
            if (try? Snapshot.load(damaged, into: &keyspace)) != nil { #expect(check.isSound) }
        }
    }
}
