// SPDX-License-Identifier: Apache-2.0

internal import Containers
internal import Primitives

/// The fields of a large hash, and the order in which they end.
final class FieldTable {
    var fields: SegmentedTable<HashField>
    /// Hashes of the fields that end, by when.
    private(set) var deadlines = DeadlineIndex()

    init(hasher: SipHash) {
        fields = SegmentedTable(hasher: hasher)
    }

    private init(copying other: FieldTable) {
        fields = other.fields.copy()
        deadlines = other.deadlines
    }

    /// An equal table; whatever is large is shared until one of both changes it.
    func copy() -> FieldTable { FieldTable(copying: self) }
}

extension FieldTable {
    var count: Int { fields.count }

    func find(_ name: Bytes) -> HashField? { fields.find(name) }

    /// Adds a field that is not in.
    func insert(_ name: Bytes, _ value: Bytes, expiryMilliseconds: Int64) {
        let hash = fields.hash(name)
        fields.insert(
            HashField.make(name, value, expiryMilliseconds: expiryMilliseconds), hash: hash)
        if expiryMilliseconds != HashValue.noExpiry {
            deadlines.insert(hash, deadline: expiryMilliseconds)
        }
    }

    /// Gives a field that is in another value and expiry.
    func replace(_ old: HashField, with value: Bytes, expiryMilliseconds: Int64) {
        let previous = old.expiryMilliseconds
        if previous == expiryMilliseconds, !fields.isShared, old.value.count == value.count {
            old.setValue(value)
            return
        }
        let hash = fields.hash(old.field)
        let new = HashField.make(old.field, value, expiryMilliseconds: expiryMilliseconds)
        fields.replace(with: new, hash: hash)
        guard previous != expiryMilliseconds else { return }
        if previous != HashValue.noExpiry { deadlines.remove(hash, deadline: previous) }
        if expiryMilliseconds != HashValue.noExpiry {
            deadlines.insert(hash, deadline: expiryMilliseconds)
        }
    }

    func remove(_ field: HashField) {
        let hash = fields.hash(field.field)
        let expiry = field.expiryMilliseconds
        if expiry != HashValue.noExpiry { deadlines.remove(hash, deadline: expiry) }
        fields.remove(field.field, hash: hash)
    }

    /// Removes the field that ends first, if it has ended.
    func removeFirst(endedAt nowMilliseconds: Int64) -> Bool {
        guard let first = deadlines.first, first.deadline <= nowMilliseconds else { return false }
        let field = fields.first(hash: first.number) { field in
            field.expiryMilliseconds == first.deadline
                && fields.hash(field.field) == first.number
        }
        if let field {
            remove(field)
        } else {
            deadlines.remove(first.number, deadline: first.deadline)
        }
        return true
    }

    /// Bytes of table and index, and of the fields, extrapolated from `samples` of them; 0 means
    /// all.
    func memoryBytes(samples: Int) -> Int {
        var seen = 0
        var bytes = 0
        var cursor: UInt64 = 0
        repeat {
            cursor = fields.scan(from: cursor) { field in
                seen += 1
                bytes += field.memoryBytes
            }
        } while cursor != 0 && (samples == 0 || seen < samples)
        if seen > 0, seen < count { bytes = bytes / seen * count }
        return 64 + fields.memoryBytes() + deadlines.memoryBytes + bytes
    }
}
