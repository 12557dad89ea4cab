// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store

/// The three encodings of streams: chunks by the identifier of their first entry, then counters,
/// then groups with what they have pending, then their consumers.
extension StreamImage {
    private static let identifierBytes: UInt64 = 16

    init(_ type: RDBType, from reader: inout ByteReader) throws(RDBError) {
        self.init()
        let nodeCount = try reader.checkCount(try reader.length(), bytesEach: 2)
        nodes.reserveCapacity(nodeCount)
        for _ in 0..<nodeCount {
            let master = try reader.string().array
            guard UInt64(master.count) == Self.identifierBytes else {
                throw reader.malformed("a stream's key is no identifier")
            }
            var bytes = ByteReader(master)
            let id = try bytes.streamID()
            nodes.append(Node(id, try reader.string().array))
        }
        count = try reader.length()
        guard count == 0 || nodeCount > 0 else {
            throw reader.malformed("a stream's length does not fit its entries")
        }
        lastID = try reader.streamIDLengths()
        entriesAdded = count
        if type != .streamListpacks {
            firstID = try reader.streamIDLengths()
            maximumDeletedID = try reader.streamIDLengths()
            entriesAdded = try reader.length()
        }
        let groupCount = try reader.checkCount(try reader.length(), bytesEach: 5)
        for _ in 0..<groupCount { groups.append(try Group(type, from: &reader)) }
    }

    /// The value as ``RDBType/streamListpacks3``.
    func write(to encoder: inout RDBEncoder) {
        encoder.length(UInt64(nodes.count))
        for node in nodes {
            var master = RDBEncoder(compresses: false)
            master.streamID(node.master)
            encoder.string(master.bytes)
            encoder.string(node.listpack)
        }
        encoder.length(count)
        encoder.streamIDLengths(lastID)
        encoder.streamIDLengths(firstID ?? .zero)
        encoder.streamIDLengths(maximumDeletedID)
        encoder.length(entriesAdded)
        encoder.length(UInt64(groups.count))
        for group in groups { group.write(to: &encoder) }
    }
}

extension StreamImage.Group {
    fileprivate init(_ type: RDBType, from reader: inout ByteReader) throws(RDBError) {
        let name = try reader.string()
        let lastID = try reader.streamIDLengths()
        let read =
            type == .streamListpacks ? nil : Int64(bitPattern: try reader.length())
        self.init(name, lastID: lastID, entriesRead: read)
        let pendingCount = try reader.checkCount(try reader.length(), bytesEach: 25)
        pending.reserveCapacity(pendingCount)
        for _ in 0..<pendingCount {
            pending.append(
                StreamImage.Pending(
                    try reader.streamID(), deliveryMilliseconds: try reader.milliseconds(),
                    deliveryCount: Int64(bitPattern: try reader.length())))
        }
        let consumerCount = try reader.checkCount(try reader.length(), bytesEach: 10)
        for _ in 0..<consumerCount {
            let name = try reader.string()
            let seen = try reader.milliseconds()
            // Older files do not tell the two apart.
            let active = type == .streamListpacks3 ? try reader.milliseconds() : seen
            let ownCount = try reader.checkCount(try reader.length(), bytesEach: 16)
            var owned: [StreamID] = []
            owned.reserveCapacity(ownCount)
            for _ in 0..<ownCount { owned.append(try reader.streamID()) }
            consumers.append(
                StreamImage.Consumer(
                    name, seenMilliseconds: seen, activeMilliseconds: active, pending: owned))
        }
    }

    fileprivate func write(to encoder: inout RDBEncoder) {
        encoder.string(name)
        encoder.streamIDLengths(lastID)
        encoder.length(UInt64(bitPattern: entriesRead ?? StreamGroup.unknownCount))
        encoder.length(UInt64(pending.count))
        for entry in pending {
            encoder.streamID(entry.id)
            encoder.milliseconds(entry.deliveryMilliseconds)
            encoder.length(UInt64(bitPattern: entry.deliveryCount))
        }
        encoder.length(UInt64(consumers.count))
        for consumer in consumers {
            encoder.string(consumer.name)
            encoder.milliseconds(consumer.seenMilliseconds)
            encoder.milliseconds(consumer.activeMilliseconds)
            encoder.length(UInt64(consumer.pending.count))
            for id in consumer.pending { encoder.streamID(id) }
        }
    }
}

// MARK: - Identifiers

extension ByteReader {
    /// An identifier in 16 bytes, highest first.
    fileprivate mutating func streamID() throws(RDBError) -> StreamID {
        StreamID(try bigEndian(8), try bigEndian(8))
    }

    /// An identifier as two lengths.
    fileprivate mutating func streamIDLengths() throws(RDBError) -> StreamID {
        StreamID(try length(), try length())
    }
}

extension RDBEncoder {
    /// An identifier in 16 bytes, highest first.
    fileprivate mutating func streamID(_ id: StreamID) {
        littleEndian(id.milliseconds.byteSwapped, 8)
        littleEndian(id.sequence.byteSwapped, 8)
    }

    fileprivate mutating func streamIDLengths(_ id: StreamID) {
        length(id.milliseconds)
        length(id.sequence)
    }
}
