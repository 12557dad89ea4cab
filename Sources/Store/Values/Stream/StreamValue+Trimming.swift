// SPDX-License-Identifier: Apache-2.0

internal import Containers

/// What happens to entries that groups still refer to.
public enum StreamReferences: Sendable {
    /// The entry goes, what groups know of it stays.
    case keep
    /// Both go.
    case delete
    /// Only entries go that every group has read and acknowledged.
    case acknowledged
}

/// How a stream is to be shortened from its front.
public struct StreamTrim: Sendable {
    public enum Bound: Sendable {
        /// As many entries may stay.
        case count(UInt64)
        /// Entries from this one on may stay.
        case minimumID(StreamID)
    }

    public var bound: Bound
    /// Whether only whole chunks go.
    public var isApproximate: Bool
    /// The most entries to remove, 0 for no limit.
    public var limit: Int64
    public var references: StreamReferences

    public init(
        _ bound: Bound, isApproximate: Bool = false, limit: Int64 = 0,
        references: StreamReferences = .keep
    ) {
        self.bound = bound
        self.isApproximate = isApproximate
        self.limit = limit
        self.references = references
    }
}

extension StreamValue {
    /// Removes entries from the front, chunk by chunk, and returns how many. O(entries looked at);
    /// a chunk that goes as a whole is O(1).
    public func trim(_ trim: StreamTrim) -> Int {
        var removed = 0
        var index = 0
        while index < nodes.count {
            if case .count(let most) = trim.bound, UInt64(count) <= most { break }
            let node = nodes[index]
            let live = node.liveCount
            if trim.limit > 0, Int64(removed + live) > trim.limit { break }
            let goesAsWhole = isOutside(node, live, trim.bound)
            if goesAsWhole, trim.references == .keep {
                nodes.remove(at: index)
                count -= live
                removed += live
                continue
            }
            if trim.isApproximate { break }
            let gone = trimEntries(ofNode: index, trim)
            removed += gone
            if goesAsWhole, gone == live {
                nodes.remove(at: index)
                continue
            }
            // What is left of a chunk that could have gone does not protect those behind it.
            guard goesAsWhole else { break }
            index += 1
        }
        if removed > 0 || count == 0 { findFirstID() }
        return removed
    }

    private func isOutside(_ node: StreamNode, _ live: Int, _ bound: StreamTrim.Bound) -> Bool {
        switch bound {
        case .count(let most): UInt64(count - live) >= most
        case .minimumID(let id): node.lastID < id
        }
    }

    /// Marks entries of a chunk as deleted while the bound says so; returns how many.
    private func trimEntries(ofNode index: Int, _ trim: StreamTrim) -> Int {
        var removed = 0
        var place = nodes[index].reader.first
        while place < nodes[index].reader.view.end {
            let reader = nodes[index].reader
            let record = reader.record(at: place)
            let id = record.entry.id
            switch trim.bound {
            case .count(let most): if UInt64(count) <= most { return removed }
            case .minimumID(let minimum): if id >= minimum { return removed }
            }
            var next = reader.next(record)
            if !record.isDeleted, mayRemove(id, trim.references) {
                // Counting the deleted entry may make the head of the chunk longer or shorter.
                let distance = reader.view.end - next
                nodes.update(index) { $0.markDeleted(at: place) }
                next = nodes[index].reader.view.end - distance
                removed += 1
                count -= 1
            }
            place = next
        }
        return removed
    }

    /// Whether an entry may be deleted; with ``StreamReferences/delete`` no group knows of it
    /// afterwards.
    public func mayRemove(_ id: StreamID, _ references: StreamReferences) -> Bool {
        switch references {
        case .keep: return true
        case .acknowledged: return !isReferenced(id)
        case .delete:
            dropReferences(to: id)
            return true
        }
    }
}
