// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// A hash: fields with values, each of which may end at a time of its own.
///
/// A small hash is one piece of memory (``PackedPairs``), a large one a table of objects; from
/// packed to table a hash goes by the limits that Redis has for its listpack, and it never goes
/// back. A field that has ended is absent for everything that is told the time; ``count`` has it
/// until the keyspace removes it. Views of names and values are good until the hash changes. A
/// value that spells an integer comes as one from the packed form.
public final class HashValue: ExpiringCollection, CollectionValue {
    var packed = PackedPairs()
    /// All fields, once the hash is large; ``packed`` is empty then.
    private(set) var table: FieldTable?
    /// Whether fields of the packed form have been able to end; for ``encoding`` only.
    private(set) var mayHaveExpiries = false
    /// Whether ``packed`` may have more room than it needs: integers take less than their digits.
    private var isRoomy = false
    /// The entry whose memory ``packed`` borrows.
    private let lender: Entry?

    public override init() {
        lender = nil
        super.init()
    }

    /// A hash to read that borrows the memory of an entry's value at rest.
    init(of entry: Entry, at memory: UnsafeMutableRawPointer) {
        lender = entry
        unsafe packed.buffer = PackedBuffer(adopting: memory)
    }

    /// A hash that owns what was its entry's value at rest; so no field of it ends.
    init(adopting memory: UnsafeMutableRawPointer, of entry: Entry) {
        lender = nil
        super.init()
        unsafe packed.buffer = PackedBuffer(adopting: memory)
        unsafe owner = entry
    }

    deinit {
        if lender != nil { _ = unsafe packed.buffer.release() }
    }

    /// The memory of the packed form, given away; nil when the hash cannot rest.
    func surrender() -> UnsafeMutableRawPointer? {
        if isRoomy {
            packed.trim()
            isRoomy = false
        }
        guard lender == nil, table == nil, !mayHaveExpiries,
            heapIndex == IndexedHeap<ExpiringCollection>.absent
        else { return nil }
        return unsafe packed.buffer.release()
    }

    /// The names OBJECT ENCODING has for the forms.
    public enum Encoding: String, Sendable {
        case listpack
        case listpackex
        case hashtable
    }
}

extension HashValue {
    /// The number of fields, those included that have ended and not been removed yet. O(1).
    public var count: Int { table?.count ?? packed.count }

    public var encoding: Encoding {
        table != nil ? .hashtable : mayHaveExpiries ? .listpackex : .listpack
    }

    /// What OBJECT ENCODING answers.
    public var encodingName: StaticString {
        switch encoding {
        case .listpack: "listpack"
        case .listpackex: "listpackex"
        case .hashtable: "hashtable"
        }
    }

    /// When the first field ends, in milliseconds since 1970, or nil. O(1).
    public var earliestExpiryMilliseconds: Int64? {
        if let table { return table.deadlines.first?.deadline }
        let first = packed.firstDeadline
        return first == Self.noExpiry ? nil : first
    }

    /// Whether some field has ended and is still counted. O(1).
    public func hasEndedFields(at nowMilliseconds: Int64) -> Bool {
        guard let earliest = earliestExpiryMilliseconds else { return false }
        return earliest <= nowMilliseconds
    }

    /// The number of fields that have not ended. O(fields that have).
    public func count(at nowMilliseconds: Int64) -> Int {
        guard hasEndedFields(at: nowMilliseconds) else { return count }
        if let table { return table.count - table.deadlines.count(through: nowMilliseconds) }
        var live = 0
        packed.forEach { if !$0.hasEnded(at: nowMilliseconds) { live += 1 } }
        return live
    }

    /// The value of a field, or nil when it is absent or has ended.
    public func value(of field: Bytes, at nowMilliseconds: Int64) -> ValueText? {
        find(field, at: nowMilliseconds)?.value
    }

    /// The value and expiry (or ``noExpiry``) of a field, or nil when it is absent or has ended.
    public func find(
        _ field: Bytes, at nowMilliseconds: Int64
    ) -> (value: ValueText, expiryMilliseconds: Int64)? {
        if let table {
            guard let found = table.find(field), !found.hasEnded(at: nowMilliseconds) else {
                return nil
            }
            return (.bytes(found.value), found.expiryMilliseconds)
        }
        guard let pair = packed.find(field), !pair.hasEnded(at: nowMilliseconds) else {
            return nil
        }
        return (pair.value, pair.deadline)
    }

    public func copy() -> HashValue {
        let copy = HashValue()
        copy.mayHaveExpiries = mayHaveExpiries
        if let table {
            copy.table = table.copy()
        } else {
            copy.packed = packed.copy()
        }
        return copy
    }

    public func memoryBytes(samples: Int) -> Int {
        Entry.objectBytes + packed.memoryBytes + (table?.memoryBytes(samples: samples) ?? 0)
    }
}

// MARK: - Changing

extension HashValue {
    /// Makes room for fields that are about to be set in an empty hash, and becomes a table when
    /// they do not all fit the packed form.
    ///
    /// - Parameters:
    ///   - pairCount: the number of pairs, repeated fields counted again, as Redis counts them.
    ///   - longestBytes: the longest field or value of them.
    ///   - totalBytes: all fields and values together.
    public func prepare(
        pairCount: Int, longestBytes: Int, totalBytes: Int, limits: HashLimits
    ) {
        guard table == nil else { return }
        if pairCount > limits.mostPackedFields || longestBytes > limits.maximumPackedBytes
            || packed.byteCount + totalBytes > HashLimits.maximumTotalBytes
        {
            becomeTable(limits)
        } else if packed.isEmpty {
            packed.reserve(totalBytes + pairCount * 2)
            isRoomy = true
        }
    }

    /// Gives a field a value; true when it is new, or had ended. Its expiry is cleared, unless it
    /// has not ended and `keepingExpiry`.
    @discardableResult
    public func set(
        _ field: Bytes, _ value: Bytes, at nowMilliseconds: Int64, keepingExpiry: Bool = false,
        limits: HashLimits
    ) -> Bool {
        if table == nil, !limits.allow(field, value) { becomeTable(limits) }
        if let table {
            guard let old = table.find(field) else {
                table.insert(field, value, expiryMilliseconds: Self.noExpiry)
                return true
            }
            let hasEnded = old.hasEnded(at: nowMilliseconds)
            let keeps = keepingExpiry && !hasEnded
            table.replace(
                old, with: value,
                expiryMilliseconds: keeps ? old.expiryMilliseconds : Self.noExpiry)
            return hasEnded
        }
        guard let pair = packed.find(field) else {
            packed.insert(field, value)
            if packed.count > limits.mostPackedFields { becomeTable(limits) }
            return true
        }
        let hasEnded = pair.hasEnded(at: nowMilliseconds)
        if pair.deadline == Self.noExpiry || keepingExpiry && !hasEnded {
            packed.setValue(of: pair, to: value)
        } else {
            packed.remove(pair)
            packed.insert(field, value)
        }
        // The limit may have been lowered meanwhile.
        if packed.count > limits.mostPackedFields { becomeTable(limits) }
        return hasEnded
    }

    /// Lets a field end at a time, in milliseconds since 1970, or stay (``noExpiry``). The field
    /// must be there and not have ended.
    public func setExpiry(of field: Bytes, to milliseconds: Int64) {
        if let table {
            guard let old = table.find(field) else { return }
            table.replace(old, with: old.value, expiryMilliseconds: milliseconds)
        } else if let pair = packed.find(field) {
            packed.setDeadline(of: pair, to: milliseconds)
        }
    }

    /// Tells that fields may end from now on, whether or not one does: the packed form then names
    /// its encoding differently.
    public func allowExpiries() {
        mayHaveExpiries = true
    }

    /// Removes a field; false when it is absent or has ended.
    @discardableResult
    public func remove(_ field: Bytes, at nowMilliseconds: Int64) -> Bool {
        if let table {
            guard let found = table.find(field), !found.hasEnded(at: nowMilliseconds) else {
                return false
            }
            table.remove(found)
            return true
        }
        guard let pair = packed.find(field), !pair.hasEnded(at: nowMilliseconds) else {
            return false
        }
        packed.remove(pair)
        return true
    }

    /// Whether a field has ended and is still counted.
    func hasEnded(_ field: Bytes, at nowMilliseconds: Int64) -> Bool {
        if let table { return table.find(field)?.hasEnded(at: nowMilliseconds) == true }
        return packed.find(field)?.hasEnded(at: nowMilliseconds) == true
    }

    /// Removes a field if it has ended; false when it is absent or has not.
    public func removeEnded(_ field: Bytes, at nowMilliseconds: Int64) -> Bool {
        hasEnded(field, at: nowMilliseconds) && remove(field, at: .min)
    }

    /// Removes up to `work` fields that have ended, the earliest first.
    public func removeEnded(at nowMilliseconds: Int64, work: Int) -> (removed: Int, work: Int) {
        var removed = 0
        while removed < work {
            if let table {
                guard table.removeFirst(endedAt: nowMilliseconds) else { break }
            } else {
                guard packed.count > 0 else { break }
                let first = packed[0]
                guard first.hasEnded(at: nowMilliseconds) else { break }
                packed.remove(first)
            }
            removed += 1
        }
        return (removed, removed)
    }

    private func becomeTable(_ limits: HashLimits) {
        guard table == nil else { return }
        let table = FieldTable(hasher: limits.hasher)
        packed.forEach { pair in
            pair.value.withBytes { value in
                table.insert(pair.name, value, expiryMilliseconds: pair.deadline)
            }
        }
        packed.removeAll()
        self.table = table
    }
}

extension HashValue: ExpiringMembers {
    public static var memberEvents: MemberEvents {
        MemberEvents(
            expires: KeyspaceEvent(.hash, "hexpire"), stays: KeyspaceEvent(.hash, "hpersist"),
            removed: KeyspaceEvent(.hash, "hdel"), expired: KeyspaceEvent(.hash, "hexpired"))
    }

    public func expiry(of field: Bytes, at nowMilliseconds: Int64) -> Int64? {
        find(field, at: nowMilliseconds)?.expiryMilliseconds
    }
}

// MARK: - For files

extension HashValue {
    /// Adds a field read from a file, with its expiry or ``noExpiry``; false when the hash has it
    /// already. A field that has ended already may be added too: it is removed in time.
    @discardableResult
    public func append(
        _ field: Bytes, _ value: Bytes, expiryMilliseconds: Int64 = noExpiry, limits: HashLimits
    ) -> Bool {
        if expiryMilliseconds != Self.noExpiry { mayHaveExpiries = true }
        if table == nil, !limits.allow(field, value) { becomeTable(limits) }
        if let table {
            guard table.find(field) == nil else { return false }
            table.insert(field, value, expiryMilliseconds: expiryMilliseconds)
            return true
        }
        guard packed.find(field) == nil else { return false }
        packed.insert(field, value, deadline: expiryMilliseconds)
        if packed.count > limits.mostPackedFields { becomeTable(limits) }
        return true
    }
}
