// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// An entry that was delivered to a consumer and has not been acknowledged.
public struct StreamPending: StreamIDKeyed, Equatable {
    public let id: StreamID
    /// When it was delivered last, in milliseconds since 1970.
    public var deliveryMilliseconds: Int64
    /// How often it was delivered.
    public var deliveryCount: Int64
    /// The number of the consumer that it belongs to.
    public var consumer: Int
}

/// A consumer of a group.
public struct StreamConsumer: Sendable {
    public let name: ByteString
    /// When it last tried to read or claim, in milliseconds since 1970.
    public var seenMilliseconds: Int64
    /// When it last did read or claim, -1 for never.
    public var activeMilliseconds: Int64 = -1
    /// What was delivered to it and has not been acknowledged.
    var pending = StreamIDList<StreamID>()

    /// The number of entries that it has to acknowledge.
    public var pendingCount: Int { pending.count }
}

/// A group of consumers: how far it has read, and what was not acknowledged yet.
///
/// Consumers are known by number while they live. A copy shares what is large until one side
/// changes it.
public final class StreamGroup {
    public let name: ByteString
    /// The last entry that was delivered.
    public internal(set) var lastID: StreamID
    /// How many entries up to ``lastID`` were ever added, or ``unknownCount``.
    public internal(set) var entriesRead: Int64
    var pending = StreamIDList<StreamPending>()
    /// By number; nil where a consumer was removed.
    private var consumers: [StreamConsumer?] = []
    /// The numbers of the consumers, sorted by name.
    public private(set) var consumerNumbers: [Int] = []

    /// ``entriesRead`` while it cannot be told.
    public static var unknownCount: Int64 { -1 }

    init(_ name: ByteString, lastID: StreamID, entriesRead: Int64) {
        self.name = name
        self.lastID = lastID
        self.entriesRead = entriesRead
    }

    func copy() -> StreamGroup {
        let copy = StreamGroup(name, lastID: lastID, entriesRead: entriesRead)
        copy.pending = pending
        copy.consumers = consumers
        copy.consumerNumbers = consumerNumbers
        return copy
    }

    var memoryBytes: Int {
        var total = 96 + 32 + name.count + pending.memoryBytes
        total += consumers.capacity * MemoryLayout<StreamConsumer?>.stride
        total += consumerNumbers.capacity * 8
        for case .some(let consumer) in consumers {
            total += 32 + consumer.name.count + consumer.pending.memoryBytes
        }
        return total
    }
}

// MARK: - Consumers

extension StreamGroup {
    /// Where in ``consumerNumbers`` a name stands or would stand. O(log consumers).
    private func rank(of name: Bytes) -> (index: Int, isThere: Bool) {
        var low = 0
        var high = consumerNumbers.count
        while low < high {
            let middle = (low + high) / 2
            let order = self[consumerNumbers[middle]].name.withBytes { $0.compare(name) }
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    /// The number of a consumer, or nil. O(log consumers).
    public func consumer(named name: Bytes) -> Int? {
        let rank = rank(of: name)
        return rank.isThere ? consumerNumbers[rank.index] : nil
    }

    /// The consumer of a number.
    public subscript(number: Int) -> StreamConsumer {
        guard let consumer = consumers[number] else { preconditionFailure("no such consumer") }
        return consumer
    }

    /// Adds a consumer and returns its number, or nil when there is one of the name.
    public func addConsumer(_ name: Bytes, seenMilliseconds: Int64) -> Int? {
        let rank = rank(of: name)
        guard !rank.isThere else { return nil }
        let consumer = StreamConsumer(name: ByteString(name), seenMilliseconds: seenMilliseconds)
        let number: Int
        if consumerNumbers.count < consumers.count,
            let free = consumers.firstIndex(where: { $0 == nil })
        {
            number = free
            consumers[free] = consumer
        } else {
            number = consumers.count
            consumers.append(consumer)
        }
        consumerNumbers.insert(number, at: rank.index)
        return number
    }

    /// Removes a consumer with all that it has to acknowledge.
    public func removeConsumer(_ number: Int) {
        self[number].pending.walk { id in
            pending.remove(id)
            return true
        }
        consumerNumbers.removeAll { $0 == number }
        consumers[number] = nil
        if consumerNumbers.isEmpty { consumers = [] }
    }

    /// Notes that a consumer has tried to read or claim, and whether it did.
    public func touchConsumer(_ number: Int, seen: Int64? = nil, active: Int64? = nil) {
        if let seen { consumers[number]?.seenMilliseconds = seen }
        if let active { consumers[number]?.activeMilliseconds = active }
    }
}

// MARK: - What is to be acknowledged

extension StreamGroup {
    public var pendingCount: Int { pending.count }
    public var firstPending: StreamPending? { pending.first }
    public var lastPending: StreamPending? { pending.last }

    /// What is known of an entry that was not acknowledged, or nil.
    public func pending(_ id: StreamID) -> StreamPending? { pending[id] }

    /// The first that is to be acknowledged at or behind `id`, or nil.
    public func firstPending(from id: StreamID) -> StreamPending? { pending.first(from: id) }

    /// Calls `body` with what is to be acknowledged, by one consumer or by all, from `id` on, while
    /// it says so.
    public func walkPending(
        from id: StreamID, of consumer: Int? = nil, _ body: (StreamPending) -> Bool
    ) {
        guard let consumer else { return pending.walk(from: id, body) }
        self[consumer].pending.walk(from: id) { id in
            guard let entry = pending[id] else { return true }
            return body(entry)
        }
    }

    /// Gives an entry to a consumer, whoever had it.
    public func assign(
        _ id: StreamID, to consumer: Int, deliveryMilliseconds: Int64, deliveryCount: Int64
    ) {
        let previous = pending[id]?.consumer
        pending.set(
            StreamPending(
                id: id, deliveryMilliseconds: deliveryMilliseconds, deliveryCount: deliveryCount,
                consumer: consumer))
        guard previous != consumer else { return }
        if let previous { consumers[previous]?.pending.remove(id) }
        consumers[consumer]?.pending.set(id)
    }

    /// Acknowledges an entry; false when it was not to be. O(log pending).
    @discardableResult
    public func acknowledge(_ id: StreamID) -> Bool {
        guard let entry = pending.remove(id) else { return false }
        consumers[entry.consumer]?.pending.remove(id)
        return true
    }
}
