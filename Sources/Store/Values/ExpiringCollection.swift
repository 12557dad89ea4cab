// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// What the keyspace keeps of a collection whose members may each end at a time of their own: a
/// hash or a vector set.
///
/// A class, so that one heap holds them all; what they can do says ``ExpiringMembers``.
public class ExpiringCollection: HeapElement {
    /// The expiry of a member that stays.
    public static var noExpiry: Int64 { PackedPairs.noDeadline }

    public final var heapIndex: UInt32 = IndexedHeap<ExpiringCollection>.absent
    /// The entry that holds this collection while it is in the keyspace: from a collection with
    /// members due the keyspace gets to its key.
    final unowned(unsafe) var owner: Entry?

    init() {}
}

/// A collection with members that may end.
///
/// A member that has ended is absent for everything that is told the time; `count` has it until
/// the keyspace removes it.
public protocol ExpiringMembers: ExpiringCollection, CollectionValue {
    static var memberEvents: MemberEvents { get }
    /// When the first member ends, in milliseconds since 1970, or nil. O(1).
    var earliestExpiryMilliseconds: Int64? { get }
    /// The expiry of a member, or ``ExpiringCollection/noExpiry``; nil when it is absent or has
    /// ended.
    func expiry(of member: Bytes, at nowMilliseconds: Int64) -> Int64?
    /// Lets a member end at a time, in milliseconds since 1970, or stay
    /// (``ExpiringCollection/noExpiry``). It must be there and not have ended.
    func setExpiry(of member: Bytes, to milliseconds: Int64)
    /// Removes a member; false when it is absent or has ended.
    @discardableResult
    func remove(_ member: Bytes, at nowMilliseconds: Int64) -> Bool
    /// Removes a member if it has ended; false when it is absent or has not.
    func removeEnded(_ member: Bytes, at nowMilliseconds: Int64) -> Bool
    /// Removes members that have ended, the earliest first, until that much work is done: removing
    /// a field of a hash is 1.
    func removeEnded(at nowMilliseconds: Int64, work: Int) -> (removed: Int, work: Int)
}

/// What a type's notifications say of members that end.
public struct MemberEvents: Sendable {
    public let expires: KeyspaceEvent
    public let stays: KeyspaceEvent
    public let removed: KeyspaceEvent
    public let expired: KeyspaceEvent
}
