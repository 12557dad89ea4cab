// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// A stream as plain data, as files hold it.
public struct StreamImage: Equatable, Sendable {
    /// A chunk: a listpack by the identifier of its first entry.
    public struct Node: Equatable, Sendable {
        public var master: StreamID
        public var listpack: [UInt8]

        public init(_ master: StreamID, _ listpack: [UInt8]) {
            self.master = master
            self.listpack = listpack
        }
    }

    public struct Pending: Equatable, Sendable {
        public var id: StreamID
        public var deliveryMilliseconds: Int64
        public var deliveryCount: Int64

        public init(_ id: StreamID, deliveryMilliseconds: Int64, deliveryCount: Int64) {
            self.id = id
            self.deliveryMilliseconds = deliveryMilliseconds
            self.deliveryCount = deliveryCount
        }
    }

    public struct Consumer: Equatable, Sendable {
        public var name: ByteString
        public var seenMilliseconds: Int64
        public var activeMilliseconds: Int64
        public var pending: [StreamID]

        public init(
            _ name: ByteString, seenMilliseconds: Int64, activeMilliseconds: Int64,
            pending: [StreamID]
        ) {
            self.name = name
            self.seenMilliseconds = seenMilliseconds
            self.activeMilliseconds = activeMilliseconds
            self.pending = pending
        }
    }

    public struct Group: Equatable, Sendable {
        public var name: ByteString
        public var lastID: StreamID
        /// nil: to be told from the entries, as files from before Redis 7 do not say it.
        public var entriesRead: Int64?
        public var pending: [Pending] = []
        public var consumers: [Consumer] = []

        public init(_ name: ByteString, lastID: StreamID, entriesRead: Int64?) {
            self.name = name
            self.lastID = lastID
            self.entriesRead = entriesRead
        }
    }

    public var nodes: [Node] = []
    public var count: UInt64 = 0
    public var lastID = StreamID.zero
    /// nil: to be told from the entries.
    public var firstID: StreamID?
    public var maximumDeletedID = StreamID.zero
    public var entriesAdded: UInt64 = 0
    public var groups: [Group] = []

    public init() {}
}

extension StreamImage {
    /// What is wrong with an image.
    public enum Fault: String, Error {
        case chunk = "a chunk of a stream is not sound"
        case chunkTwice = "a chunk of a stream stands twice"
        case count = "a stream's length does not fit its entries"
        case groupTwice = "a group of a stream stands twice"
        case consumerTwice = "a consumer of a stream's group stands twice"
        case pendingTwice = "a pending entry of a stream's group stands twice"
        case pendingUnknown = "a consumer's pending entry is unknown to its group"
        case pendingUnowned = "a pending entry of a stream's group has no consumer"
    }
}

extension StreamValue {
    /// The stream that an image shows; every byte of it is checked. O(bytes).
    public convenience init(_ image: StreamImage) throws(StreamImage.Fault) {
        self.init()
        for node in image.nodes.sorted(by: { $0.master < $1.master }) {
            guard let sound = StreamNode(node.master, checking: node.listpack) else {
                throw .chunk
            }
            if !nodes.isEmpty, nodes[nodes.count - 1].master == node.master { throw .chunkTwice }
            nodes.append(sound)
            count += sound.liveCount
        }
        guard UInt64(count) == image.count else { throw .count }
        lastID = image.lastID
        maximumDeletedID = image.maximumDeletedID
        entriesAdded = image.entriesAdded
        if let first = image.firstID { firstID = first } else { findFirstID() }
        for group in image.groups { try restore(group) }
    }

    private func restore(_ image: StreamImage.Group) throws(StreamImage.Fault) {
        let read =
            image.entriesRead ?? entriesAdded(through: image.lastID) ?? StreamGroup.unknownCount
        let added = image.name.withBytes {
            addGroup($0, lastID: image.lastID, entriesRead: read)
        }
        guard let group = added else { throw .groupTwice }
        // Everything has no owner at first.
        for entry in image.pending {
            let isNew = group.pending.set(
                StreamPending(
                    id: entry.id, deliveryMilliseconds: entry.deliveryMilliseconds,
                    deliveryCount: entry.deliveryCount, consumer: -1))
            guard isNew else { throw .pendingTwice }
        }
        var owned = 0
        for consumer in image.consumers {
            let made = consumer.name.withBytes {
                group.addConsumer($0, seenMilliseconds: consumer.seenMilliseconds)
            }
            guard let number = made else { throw .consumerTwice }
            group.touchConsumer(number, active: consumer.activeMilliseconds)
            for id in consumer.pending {
                guard let entry = group.pending(id) else { throw .pendingUnknown }
                guard entry.consumer < 0 else { throw .pendingTwice }
                group.adopt(entry, by: number)
                owned += 1
            }
        }
        guard owned == group.pendingCount else { throw .pendingUnowned }
    }

    /// The stream as plain data.
    public var image: StreamImage {
        var image = StreamImage()
        for index in 0..<nodes.count {
            image.nodes.append(StreamImage.Node(nodes[index].master, nodes[index].pack.bytes))
        }
        image.count = UInt64(count)
        image.lastID = lastID
        image.firstID = firstID
        image.maximumDeletedID = maximumDeletedID
        image.entriesAdded = entriesAdded
        image.groups = groups.map(\.image)
        return image
    }
}

extension StreamGroup {
    /// Gives an entry that nobody owns to a consumer.
    fileprivate func adopt(_ entry: StreamPending, by consumer: Int) {
        pending.remove(entry.id)
        assign(
            entry.id, to: consumer, deliveryMilliseconds: entry.deliveryMilliseconds,
            deliveryCount: entry.deliveryCount)
    }

    fileprivate var image: StreamImage.Group {
        var image = StreamImage.Group(name, lastID: lastID, entriesRead: entriesRead)
        pending.walk { entry in
            image.pending.append(
                StreamImage.Pending(
                    entry.id, deliveryMilliseconds: entry.deliveryMilliseconds,
                    deliveryCount: entry.deliveryCount))
            return true
        }
        image.consumers = consumerNumbers.map { number in
            let consumer = self[number]
            var owned: [StreamID] = []
            owned.reserveCapacity(consumer.pendingCount)
            consumer.pending.walk { id in
                owned.append(id)
                return true
            }
            return StreamImage.Consumer(
                consumer.name, seenMilliseconds: consumer.seenMilliseconds,
                activeMilliseconds: consumer.activeMilliseconds, pending: owned)
        }
        return image
    }
}
