// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

/// A stream: entries of fields and values by identifier, and the groups that consume them.
///
/// Entries stand in chunks that begin and end where Redis's nodes do. Copies share chunks until one
/// side changes one. What is deleted stays in its chunk, marked, until the chunk holds no other
/// entry. Entries that are handed out are good until the next change.
public final class StreamValue: CollectionValue {
    var nodes = StreamNodes()
    /// The number of entries.
    public internal(set) var count = 0
    /// The greatest identifier ever given.
    public internal(set) var lastID = StreamID.zero
    /// The identifier of the first entry; zero when there is none.
    public internal(set) var firstID = StreamID.zero
    /// The greatest identifier that was deleted on its own, not by trimming.
    public internal(set) var maximumDeletedID = StreamID.zero
    /// How many entries were ever added.
    public internal(set) var entriesAdded: UInt64 = 0
    /// Sorted by name.
    public internal(set) var groups: [StreamGroup] = []
    /// What no group has read beyond, nil when it must be found anew. As in Redis it is not found
    /// anew when a group is destroyed.
    var minimumGroupLastID: StreamID?

    public init() {}

    private init(copyOf other: StreamValue) {
        nodes = other.nodes
        count = other.count
        lastID = other.lastID
        firstID = other.firstID
        maximumDeletedID = other.maximumDeletedID
        entriesAdded = other.entriesAdded
        groups = other.groups.map { $0.copy() }
        minimumGroupLastID = other.minimumGroupLastID
    }

    public func copy() -> StreamValue { StreamValue(copyOf: self) }

    public var encodingName: StaticString { "stream" }

    public func memoryBytes(samples: Int) -> Int {
        var total = 160 + nodes.memoryBytes
        let seen = samples > 0 ? min(samples, nodes.count) : nodes.count
        var sampled = 0
        for index in 0..<seen { sampled += nodes[index].pack.memoryBytes }
        if seen > 0 { total += sampled * nodes.count / seen }
        return total + groups.reduce(0) { $0 + 8 + $1.memoryBytes }
    }
}

/// Until when a chunk of a stream grows.
public struct StreamLimits: Sendable {
    /// `stream-node-max-bytes`; 0 for a gigabyte.
    public var maximumNodeBytes = 4096
    /// `stream-node-max-entries`; 0 for no limit.
    public var maximumNodeEntries = 100

    public init() {}

    /// What a chunk and the texts of an entry may hold at most, as in Redis.
    public static var hardMaximumBytes: Int { 1 << 30 }

    var nodeBytes: Int {
        maximumNodeBytes == 0 || maximumNodeBytes > Self.hardMaximumBytes
            ? Self.hardMaximumBytes : maximumNodeBytes
    }
}

// MARK: - Reading

extension StreamValue {
    /// The number of chunks.
    public var nodeCount: Int { nodes.count }

    /// Calls `body` with the entries whose identifiers lie in a range, in either order, while it
    /// says so. O(log chunks), then O(entries passed).
    public func walk(
        from start: StreamID, through end: StreamID, reversed: Bool = false,
        includingDeleted: Bool = false, _ body: (StreamEntry) -> Bool
    ) {
        reversed
            ? walkBackward(from: end, through: start, includingDeleted, body)
            : walkForward(from: start, through: end, includingDeleted, body)
    }

    private func walkForward(
        from start: StreamID, through end: StreamID, _ includingDeleted: Bool,
        _ body: (StreamEntry) -> Bool
    ) {
        guard start <= end else { return }
        var index = nodes.index(notBehind: start) ?? 0
        while index < nodes.count {
            let reader = nodes[index].reader
            guard reader.master <= end else { return }
            var place = reader.first
            while place < reader.view.end {
                let record = reader.record(at: place)
                if record.entry.id >= start, includingDeleted || !record.isDeleted {
                    guard record.entry.id <= end, body(record.entry) else { return }
                }
                place = reader.next(record)
            }
            index += 1
        }
    }

    private func walkBackward(
        from end: StreamID, through start: StreamID, _ includingDeleted: Bool,
        _ body: (StreamEntry) -> Bool
    ) {
        guard start <= end, var index = nodes.index(notBehind: end) else { return }
        while true {
            let reader = nodes[index].reader
            var place = reader.view.end
            while let record = reader.previous(place) {
                if record.entry.id <= end, includingDeleted || !record.isDeleted {
                    guard record.entry.id >= start, body(record.entry) else { return }
                }
                place = record.place
            }
            guard index > 0 else { return }
            index -= 1
        }
    }

    /// The first or last entry's identifier, nil when there is none.
    public func edgeID(last: Bool = false, includingDeleted: Bool = false) -> StreamID? {
        var found: StreamID?
        walk(from: .zero, through: .max, reversed: last, includingDeleted: includingDeleted) {
            found = $0.id
            return false
        }
        return found
    }

    /// Whether there is an entry of this identifier.
    public func contains(_ id: StreamID) -> Bool {
        var isFound = false
        walk(from: id, through: id) { _ in
            isFound = true
            return false
        }
        return isFound
    }

    /// The number of nodes that Redis's radix tree of the chunks would have: XINFO shows it.
    /// O(chunks).
    public var radixTreeNodeCount: Int {
        func key(_ index: Int, _ byte: Int) -> UInt8 {
            let id = nodes[index].master
            let word = byte < 8 ? id.milliseconds : id.sequence
            return UInt8(truncatingIfNeeded: word >> UInt64(8 * (7 - byte & 7)))
        }
        /// The nodes below the first `depth` bytes, which the keys of `range` share.
        func count(_ range: Range<Int>, _ depth: Int) -> Int {
            guard depth < 16 else { return 1 }
            var shared = depth
            while shared < 16, key(range.lowerBound, shared) == key(range.upperBound - 1, shared) {
                shared += 1
            }
            if shared > depth { return 1 + count(range, shared) }
            var total = 1
            var start = range.lowerBound
            while start < range.upperBound {
                var end = start + 1
                while end < range.upperBound, key(end, depth) == key(start, depth) { end += 1 }
                total += count(start..<end, depth + 1)
                start = end
            }
            return total
        }
        return nodes.isEmpty ? 1 : count(0..<nodes.count, 0)
    }
}

// MARK: - Adding and deleting

extension StreamValue {
    /// Adds an entry behind all others; `fields` holds fields and values in turn. Amortised O(1).
    ///
    /// The identifier must be greater than ``lastID``, and the texts together no longer than
    /// ``StreamLimits/hardMaximumBytes``.
    public func append(_ id: StreamID, _ fields: ArraySlice<Bytes>, limits: StreamLimits) {
        precondition(id > lastID)
        let last = nodes.count - 1
        if last >= 0, hasRoom(nodes[last], for: fields, limits) {
            nodes.update(last) { $0.append(id, fields) }
        } else {
            if last >= 0 { nodes.update(last) { $0.pack.trim() } }
            nodes.append(StreamNode(id, fields))
        }
        count += 1
        entriesAdded &+= 1
        lastID = id
        if count == 1 { firstID = id }
    }

    private func hasRoom(
        _ node: StreamNode, for fields: ArraySlice<Bytes>, _ limits: StreamLimits
    ) -> Bool {
        var bytes = node.pack.byteCount
        for field in fields { bytes += field.count }
        guard bytes < limits.nodeBytes else { return false }
        return limits.maximumNodeEntries == 0
            || node.liveCount + node.deletedCount < limits.maximumNodeEntries
    }

    /// Deletes an entry; false when there is none of this identifier. O(log chunks + chunk).
    @discardableResult
    public func remove(_ id: StreamID) -> Bool {
        guard let index = nodes.index(notBehind: id), let place = place(of: id, in: nodes[index])
        else { return false }
        if nodes[index].liveCount == 1 {
            nodes.remove(at: index)
        } else {
            nodes.update(index) { $0.markDeleted(at: place) }
        }
        count -= 1
        if id > maximumDeletedID { maximumDeletedID = id }
        if id == firstID || count == 0 { findFirstID() }
        return true
    }

    private func place(of id: StreamID, in node: StreamNode) -> Int? {
        let reader = node.reader
        var place = reader.first
        while place < reader.view.end {
            let record = reader.record(at: place)
            if record.entry.id == id { return record.isDeleted ? nil : place }
            if record.entry.id > id { return nil }
            place = reader.next(record)
        }
        return nil
    }

    /// To be called when the first entry may have become another.
    func findFirstID() {
        firstID = count == 0 ? .zero : edgeID() ?? .zero
    }

    /// Gives the stream another last identifier and, unless nil, other counters.
    public func reset(
        lastID: StreamID, entriesAdded: UInt64?, maximumDeletedID: StreamID?
    ) {
        self.lastID = lastID
        if let entriesAdded { self.entriesAdded = entriesAdded }
        if let maximumDeletedID { self.maximumDeletedID = maximumDeletedID }
    }
}
