// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import RESP
public import Store

/// Values by type: a key that holds another type is the client's mistake, a missing key is not.
extension Keyspace {
    /// The string at a key, good until the next change of the key, or nil.
    /// - Throws: `WRONGTYPE`.
    public borrowing func string(_ key: Bytes) throws(ErrorReply) -> Bytes? {
        switch findString(key) {
        case .missing: return nil
        case .otherType: throw .wrongType
        case .string(let bytes): return bytes
        }
    }

    /// The entry of a key that holds a string, or nil.
    /// - Throws: `WRONGTYPE`.
    public borrowing func stringEntry(_ key: Bytes) throws(ErrorReply) -> Entry? {
        guard let entry = find(key) else { return nil }
        guard entry.isString else { throw .wrongType }
        return entry
    }

    /// As ``stringEntry(_:)``, for a command that is going to change the string.
    public mutating func stringEntryForUpdate(_ key: Bytes) throws(ErrorReply) -> Entry? {
        guard let entry = findForUpdate(key) else { return nil }
        guard entry.isString else { throw .wrongType }
        return entry
    }

    /// The list at a key, or nil.
    public borrowing func list(_ key: Bytes) throws(ErrorReply) -> ListValue? {
        guard let entry = find(key) else { return nil }
        guard case .list(let list) = entry.value else { throw .wrongType }
        return list
    }

    /// The list at a key, to be changed, or nil.
    public mutating func listForUpdate(_ key: Bytes) throws(ErrorReply) -> ListValue? {
        guard let entry = findForUpdate(key) else { return nil }
        guard case .list(let list) = entry.value else { throw .wrongType }
        return list
    }

    /// The hash at a key, or nil.
    public borrowing func hash(_ key: Bytes) throws(ErrorReply) -> HashValue? {
        guard let entry = find(key) else { return nil }
        guard case .hash(let hash) = entry.value else { throw .wrongType }
        return hash
    }

    /// The hash at a key, to be changed, or nil.
    public mutating func hashForUpdate(_ key: Bytes) throws(ErrorReply) -> HashValue? {
        guard let entry = findForUpdate(key) else { return nil }
        guard case .hash(let hash) = entry.value else { throw .wrongType }
        return hash
    }

    /// The vector set at a key, or nil, also when all its elements have ended.
    public borrowing func vectorSet(_ key: Bytes) throws(ErrorReply) -> VectorSet? {
        guard let entry = find(key) else { return nil }
        guard case .vectorSet(let set) = entry.value else { throw .wrongType }
        return noteIfGone(set, at: key) ? nil : set
    }

    /// The vector set at a key, to be changed, or nil; one whose elements have all ended is
    /// removed.
    public mutating func vectorSetForUpdate(_ key: Bytes) throws(ErrorReply) -> VectorSet? {
        guard let entry = findForUpdate(key) else { return nil }
        guard case .vectorSet(let set) = entry.value else { throw .wrongType }
        return set.isGone(at: nowMilliseconds) && removeIfGone(key) ? nil : set
    }

    /// The context at a key, or nil.
    public borrowing func context(_ key: Bytes) throws(ErrorReply) -> ContextLog? {
        guard let entry = find(key) else { return nil }
        guard case .context(let context) = entry.value else { throw .wrongType }
        return context
    }

    /// The context at a key, to be changed, or nil.
    public mutating func contextForUpdate(_ key: Bytes) throws(ErrorReply) -> ContextLog? {
        guard let entry = findForUpdate(key) else { return nil }
        guard case .context(let context) = entry.value else { throw .wrongType }
        return context
    }

    /// The set at a key, or nil.
    public borrowing func setValue(_ key: Bytes) throws(ErrorReply) -> SetValue? {
        guard let entry = find(key) else { return nil }
        guard case .set(let value) = entry.value else { throw .wrongType }
        return value
    }

    /// The set at a key, to be changed, or nil.
    public mutating func setValueForUpdate(_ key: Bytes) throws(ErrorReply) -> SetValue? {
        guard let entry = findForUpdate(key) else { return nil }
        guard case .set(let value) = entry.value else { throw .wrongType }
        return value
    }

    /// The sorted set at a key, or nil.
    public borrowing func sortedSet(_ key: Bytes) throws(ErrorReply) -> SortedSetValue? {
        guard let entry = find(key) else { return nil }
        guard case .sortedSet(let value) = entry.value else { throw .wrongType }
        return value
    }

    /// The sorted set at a key, to be changed, or nil.
    public mutating func sortedSetForUpdate(_ key: Bytes) throws(ErrorReply) -> SortedSetValue? {
        guard let entry = findForUpdate(key) else { return nil }
        guard case .sortedSet(let value) = entry.value else { throw .wrongType }
        return value
    }

    /// The stream at a key, or nil.
    public borrowing func stream(_ key: Bytes) throws(ErrorReply) -> StreamValue? {
        guard let entry = find(key) else { return nil }
        guard case .stream(let value) = entry.value else { throw .wrongType }
        return value
    }

    /// The stream at a key, to be changed, or nil.
    public mutating func streamForUpdate(_ key: Bytes) throws(ErrorReply) -> StreamValue? {
        guard let entry = findForUpdate(key) else { return nil }
        guard case .stream(let value) = entry.value else { throw .wrongType }
        return value
    }
}
