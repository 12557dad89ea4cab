// SPDX-License-Identifier: Apache-2.0

public import Primitives

extension StreamValue {
    private func rank(of name: Bytes) -> (index: Int, isThere: Bool) {
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            let order = groups[middle].name.withBytes { $0.compare(name) }
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    /// The group of a name, or nil. O(log groups).
    public func group(_ name: Bytes) -> StreamGroup? {
        let rank = rank(of: name)
        return rank.isThere ? groups[rank.index] : nil
    }

    /// Adds a group, or returns nil when there is one of the name.
    @discardableResult
    public func addGroup(_ name: Bytes, lastID: StreamID, entriesRead: Int64) -> StreamGroup? {
        let rank = rank(of: name)
        guard !rank.isThere else { return nil }
        let group = StreamGroup(ByteString(name), lastID: .zero, entriesRead: entriesRead)
        move(group, to: lastID)
        groups.insert(group, at: rank.index)
        return group
    }

    /// Removes a group with all that it knows; false when there is none.
    @discardableResult
    public func removeGroup(_ name: Bytes) -> Bool {
        let rank = rank(of: name)
        guard rank.isThere else { return false }
        groups.remove(at: rank.index)
        return true
    }

    /// Lets a group have read up to `id`.
    public func move(_ group: StreamGroup, to id: StreamID, entriesRead: Int64? = nil) {
        if let minimum = minimumGroupLastID, group.lastID == minimum || id < minimum {
            minimumGroupLastID = nil
        }
        group.lastID = id
        if let entriesRead { group.entriesRead = entriesRead }
    }

    /// Notes that an entry behind the group's last was read, and counts it if that can be done.
    public func advance(_ group: StreamGroup, to id: StreamID) {
        if group.entriesRead != StreamGroup.unknownCount, group.lastID >= firstID,
            !mayHaveGaps(from: group.lastID)
        {
            group.entriesRead &+= 1
        } else if entriesAdded > 0 {
            group.entriesRead = entriesAdded(through: id) ?? StreamGroup.unknownCount
        }
        move(group, to: id)
    }

    /// How many entries the group has yet to read, nil when that cannot be told.
    public func lag(of group: StreamGroup) -> Int64? {
        if entriesAdded == 0 || count == 0 { return 0 }
        if group.lastID < firstID, maximumDeletedID < firstID { return Int64(count) }
        let added = Int64(bitPattern: entriesAdded)
        if group.entriesRead != StreamGroup.unknownCount, !mayHaveGaps(from: group.lastID) {
            return added &- group.entriesRead
        }
        return entriesAdded(through: group.lastID).map { added &- $0 }
    }

    /// Whether the greatest identifier deleted on its own lies at or behind `id`.
    private func mayHaveGaps(from id: StreamID) -> Bool {
        count > 0 && maximumDeletedID != .zero && id <= maximumDeletedID
    }

    /// How many entries up to `id` were ever added, nil when deletions hide it.
    public func entriesAdded(through id: StreamID) -> Int64? {
        let added = Int64(bitPattern: entriesAdded)
        if added == 0 { return 0 }
        if count == 0, id <= lastID { return added }
        if id != .zero, id < maximumDeletedID { return nil }
        if id == lastID { return added }
        if id > lastID { return nil }
        if maximumDeletedID == .zero || maximumDeletedID < firstID {
            if id < firstID { return added &- Int64(count) }
            if id == firstID { return added &- Int64(count) &+ 1 }
        }
        return nil
    }
}

// MARK: - References

extension StreamValue {
    /// Whether a group has still to read or to acknowledge an entry. O(groups x log pending).
    func isReferenced(_ id: StreamID) -> Bool {
        guard !groups.isEmpty else { return false }
        let minimum = minimumGroupLastID ?? groups.reduce(StreamID.max) { min($0, $1.lastID) }
        minimumGroupLastID = minimum
        return minimum < id || groups.contains { $0.pending[id] != nil }
    }

    /// Lets no group know of an entry any more.
    func dropReferences(to id: StreamID) {
        for group in groups { group.acknowledge(id) }
    }
}
