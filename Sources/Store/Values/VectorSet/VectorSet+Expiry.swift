// SPDX-License-Identifier: Apache-2.0

import Containers
public import Primitives
import VectorSearch

extension VectorSet: ExpiringMembers {
    public static var memberEvents: MemberEvents {
        MemberEvents(
            expires: KeyspaceEvent(.vector, "vexpire"), stays: KeyspaceEvent(.vector, "vpersist"),
            removed: KeyspaceEvent(.vector, "vrem"), expired: KeyspaceEvent(.vector, "vexpired"))
    }

    /// As how many fields of a hash the removal of an element counts: its graph is repaired, which
    /// takes a hundred microseconds and more.
    public static var removalWork: Int { 100 }

    public var earliestExpiryMilliseconds: Int64? { deadlines?.order.first?.deadline }

    /// Whether some element has ended and is still in the graph. O(1).
    public func hasEndedElements(at nowMilliseconds: Int64) -> Bool {
        guard let earliest = earliestExpiryMilliseconds else { return false }
        return earliest <= nowMilliseconds
    }

    /// Whether all elements have ended. O(1).
    public func isGone(at nowMilliseconds: Int64) -> Bool {
        guard let order = deadlines?.order, order.count == count, let last = order.lastDeadline
        else { return false }
        return last <= nowMilliseconds
    }

    /// The number of elements that have not ended. O(1) while none has, else O(ended / 512).
    public func count(at nowMilliseconds: Int64) -> Int {
        guard let deadlines, hasEndedElements(at: nowMilliseconds) else { return count }
        return count - deadlines.order.count(through: nowMilliseconds)
    }

    /// The number of attributes of elements that have not ended. O(elements that have).
    public func attributeCount(at nowMilliseconds: Int64) -> Int {
        guard let deadlines, hasEndedElements(at: nowMilliseconds) else { return attributeCount }
        var living = attributeCount
        deadlines.order.forEach(through: nowMilliseconds) { number in
            let node = NodeID(slot: UInt32(truncatingIfNeeded: number))
            if elements[node]?.attribute != nil { living -= 1 }
        }
        return living
    }

    public func expiry(of name: Bytes, at nowMilliseconds: Int64) -> Int64? {
        find(name, at: nowMilliseconds).map { deadlines?[$0.node] ?? Self.noExpiry }
    }

    public func setExpiry(of name: Bytes, to milliseconds: Int64) {
        guard let element = elements.find(name) else { return }
        setDeadline(of: element.node, to: milliseconds)
    }

    @discardableResult
    public func remove(_ name: Bytes, at nowMilliseconds: Int64) -> Bool {
        guard let element = find(name, at: nowMilliseconds) else { return false }
        remove(element)
        return true
    }

    public func removeEnded(_ name: Bytes, at nowMilliseconds: Int64) -> Bool {
        guard let element = elements.find(name), hasEnded(element.node, at: nowMilliseconds) else {
            return false
        }
        remove(element)
        return true
    }

    public func removeEnded(at nowMilliseconds: Int64, work: Int) -> (removed: Int, work: Int) {
        var removed = 0
        var done = 0
        while done < work, let first = deadlines?.order.first, first.deadline <= nowMilliseconds {
            let node = NodeID(slot: UInt32(truncatingIfNeeded: first.number))
            if let element = elements[node] {
                remove(element)
                removed += 1
            } else {
                setDeadline(of: node, to: Self.noExpiry)
            }
            done += Self.removalWork
        }
        return (removed, done)
    }
}

extension VectorSet {
    /// An element that has not ended.
    func find(_ name: Bytes, at nowMilliseconds: Int64) -> VectorElement? {
        guard let element = elements.find(name), !hasEnded(element.node, at: nowMilliseconds) else {
            return nil
        }
        return element
    }

    func hasEnded(_ node: NodeID, at nowMilliseconds: Int64) -> Bool {
        deadlines?.hasEnded(node, at: nowMilliseconds) ?? false
    }

    /// Lets a node end at a time, or stay; searches see it from the next one on.
    func setDeadline(of node: NodeID, to milliseconds: Int64) {
        guard (deadlines?[node] ?? Self.noExpiry) != milliseconds else { return }
        lock.exclusive { changeDeadline(of: node, to: milliseconds) }
    }

    /// As ``setDeadline(of:to:)`` for who holds the lock.
    func changeDeadline(of node: NodeID, to milliseconds: Int64) {
        if deadlines == nil {
            guard milliseconds != Self.noExpiry else { return }
            deadlines = NodeDeadlines()
        }
        deadlines?.set(milliseconds, of: node)
        if deadlines?.order.isEmpty == true { deadlines = nil }
    }
}
