// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// A member of a set. Its bytes are good until the set changes.
public typealias SetMember = ValueText

/// A set: distinct strings without order.
///
/// A small set is one piece of memory (``PackedSet``), of integers while all members spell one;
/// a large one is a table (``PackedHashSet``). From one form to the next a set goes by Redis's own
/// limits, and never back.
public final class SetValue: CollectionValue {
    private(set) var packed: PackedSet
    /// All members, once the set is large; ``packed`` is empty then.
    private(set) var table: PackedHashSet?
    /// The entry whose memory ``packed`` borrows.
    private let lender: Entry?

    /// The forms, by the names that OBJECT ENCODING has for them.
    public enum Encoding: String, Sendable {
        case intset
        case listpack
        case hashtable
    }

    /// An empty set in a form.
    public init(_ encoding: Encoding, limits: SetLimits) {
        packed = PackedSet(ofIntegers: encoding == .intset)
        if encoding == .hashtable { table = PackedHashSet(hasher: limits.hasher) }
        lender = nil
    }

    /// A set to read that borrows the memory of an entry's value at rest.
    init(_ form: PackedSet.Form, of entry: Entry, at memory: UnsafeMutableRawPointer) {
        unsafe packed = PackedSet(form, adopting: memory)
        lender = entry
    }

    /// A set that owns what was an entry's value at rest.
    init(_ form: PackedSet.Form, adopting memory: UnsafeMutableRawPointer) {
        unsafe packed = PackedSet(form, adopting: memory)
        lender = nil
    }

    deinit {
        if lender != nil { _ = unsafe packed.buffer.release() }
    }

    /// The memory of the packed form, given away; nil when the set cannot rest.
    func surrender() -> UnsafeMutableRawPointer? {
        lender == nil && table == nil ? unsafe packed.buffer.release() : nil
    }

    private init(_ packed: consuming PackedSet, _ table: PackedHashSet?) {
        self.packed = packed
        self.table = table
        lender = nil
    }
}

extension SetValue {
    /// An empty set in the form that suits `first` and so many members.
    public convenience init(toHold first: Bytes, sizeHint: Int, limits: SetLimits) {
        if sizeHint <= limits.mostIntegers, Int64(strict: first) != nil {
            self.init(.intset, limits: limits)
        } else {
            self.init(
                sizeHint <= limits.mostPackedMembers ? .listpack : .hashtable, limits: limits)
        }
    }

    /// The number of members. O(1).
    public var count: Int { table?.count ?? packed.count }

    public var isEmpty: Bool { count == 0 }

    public var encoding: Encoding {
        table != nil ? .hashtable : packed.isOfIntegers ? .intset : .listpack
    }

    public var encodingName: StaticString {
        switch encoding {
        case .intset: "intset"
        case .listpack: "listpack"
        case .hashtable: "hashtable"
        }
    }

    /// Whether a string is in. O(1) as a table, O(log count) for integers, else O(bytes).
    public func contains(_ member: Bytes) -> Bool {
        if let table { return table.contains(member) }
        guard packed.isOfIntegers else { return packed.contains(member) }
        return Int64(strict: member).map { packed.contains($0) } ?? false
    }

    /// Whether a member of another set is in this one, too.
    public func contains(_ member: SetMember) -> Bool {
        switch member {
        case .bytes(let bytes): return contains(bytes)
        case .integer(let number):
            if table == nil, packed.isOfIntegers { return packed.contains(number) }
            return number.withDecimal { contains($0) }
        }
    }

    public func copy() -> SetValue { SetValue(packed.copy(), table?.copy()) }

    public func memoryBytes(samples: Int) -> Int {
        Entry.objectBytes + packed.memoryBytes + (table?.memoryBytes(samples: samples) ?? 0)
    }
}

// MARK: - Changing

extension SetValue {
    /// Becomes a table when as many members as are about to be added would not fit a packed form.
    public func prepare(sizeHint: Int, limits: SetLimits) {
        guard table == nil else { return }
        let most = packed.isOfIntegers ? limits.mostIntegers : limits.mostPackedMembers
        if sizeHint > most { becomeTable(limits) }
    }

    /// Adds a string, which must not be a view of this set; false when it is in already.
    @discardableResult
    public func add(_ member: Bytes, limits: SetLimits) -> Bool {
        if let table { return table.insert(member) }
        guard packed.isOfIntegers else { return addPacked(member, limits) }
        if let number = Int64(strict: member) { return addInteger(number, limits) }
        if mayHoldStrings(limits), fits(member, limits) {
            var strings = PackedSet(ofIntegers: false)
            packed.forEach { $0.withBytes { strings.append($0) } }
            strings.append(member)
            packed = strings
        } else {
            becomeTable(limits)
            table?.insert(member)
        }
        return true
    }

    /// Adds a member of another set; false when it is in already.
    @discardableResult
    public func add(_ member: SetMember, limits: SetLimits) -> Bool {
        switch member {
        case .bytes(let bytes): return add(bytes, limits: limits)
        case .integer(let number):
            if table == nil, packed.isOfIntegers { return addInteger(number, limits) }
            return number.withDecimal { add($0, limits: limits) }
        }
    }

    private func addInteger(_ number: Int64, _ limits: SetLimits) -> Bool {
        guard packed.insert(number) else { return false }
        if packed.count > limits.mostIntegers { becomeTable(limits) }
        return true
    }

    private func addPacked(_ member: Bytes, _ limits: SetLimits) -> Bool {
        guard !packed.contains(member) else { return false }
        if fits(member, limits) {
            packed.append(member)
        } else {
            becomeTable(limits)
            table?.insert(member)
        }
        return true
    }

    /// Whether a packed set of strings stays one with this member.
    private func fits(_ member: Bytes, _ limits: SetLimits) -> Bool {
        packed.count < limits.mostPackedMembers && member.count <= limits.maximumPackedBytes
            && packed.byteCount + member.count <= SetLimits.maximumTotalBytes
    }

    /// Whether the integers may stand as strings in a packed set.
    private func mayHoldStrings(_ limits: SetLimits) -> Bool {
        guard packed.count > 0 else { return true }
        let ends = [packed.integer(at: 0), packed.integer(at: packed.count - 1)]
        return ends.allSatisfy { $0.withDecimal(\.count) <= limits.maximumPackedBytes }
    }

    /// Removes a string; false when it is not in.
    @discardableResult
    public func remove(_ member: Bytes) -> Bool {
        if let table { return table.remove(member) }
        guard packed.isOfIntegers else { return packed.remove(member) }
        return Int64(strict: member).map { packed.remove($0) } ?? false
    }

    /// Removes a member of another set; false when it is not in this one.
    @discardableResult
    public func remove(_ member: SetMember) -> Bool {
        switch member {
        case .bytes(let bytes): return remove(bytes)
        case .integer(let number):
            if table == nil, packed.isOfIntegers { return packed.remove(number) }
            return number.withDecimal { remove($0) }
        }
    }

    /// Becomes a set of integers, if every member spells one and they are not too many.
    public func becomeIntegers(limits: SetLimits) {
        guard encoding != .intset, count <= limits.mostIntegers else { return }
        var integers = PackedSet(ofIntegers: true)
        var areAll = true
        forEach { member in
            switch member {
            case .integer(let number): integers.insert(number)
            case .bytes(let bytes):
                if let number = Int64(strict: bytes) {
                    integers.insert(number)
                } else {
                    areAll = false
                }
            }
        }
        guard areAll else { return }
        packed = integers
        table = nil
    }

    /// Takes over the members and the form of another set, which is not used any more.
    func replaceAll(by other: SetValue) {
        packed = other.packed.copy()
        table = other.table
    }

    private func becomeTable(_ limits: SetLimits) {
        guard table == nil else { return }
        let table = PackedHashSet(hasher: limits.hasher)
        packed.forEach { $0.withBytes { _ = table.insert($0) } }
        packed = PackedSet(ofIntegers: false)
        self.table = table
    }
}
