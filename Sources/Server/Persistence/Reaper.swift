// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Primitives
import Store
import Synchronization

/// Releases large values on a thread of its own, so that nobody waits while a million elements are
/// freed.
enum Reaper {
    /// Values up to this many elements or bytes are released on the spot.
    private static let smallCount = 64
    private static let smallBytes = 64 * 1024

    private static let queue = DispatchQueue(label: "engram.reaper", qos: .utility)
    private static let bytes = Atomic<Int>(0)
    private static let pending = Atomic<Int>(0)
    private static let released = Atomic<Int>(0)
    private static let allocationChange = Atomic<Int>(0)

    private final class Doomed: @unchecked Sendable {
        private var object: AnyObject?

        init(_ object: AnyObject) {
            self.object = object
        }

        func release() { object = nil }
    }

    /// Takes an object that the keyspace has let go.
    static func discard(_ object: AnyObject) {
        if let entry = object as? Entry, isSmall(entry) { return }
        let (count, size) = extent(of: object)
        guard count > 0 else { return }
        let (freedCount, freedBytes) = (count, size)
        let doomed = Doomed(object)
        bytes.add(size, ordering: .relaxed)
        pending.add(count, ordering: .relaxed)
        released.add(count, ordering: .relaxed)
        queue.async {
            _ = ProcessMemory.threadAllocationChange()
            doomed.release()
            let change = ProcessMemory.threadAllocationChange()
            allocationChange.add(change, ordering: .relaxed)
            bytes.subtract(freedBytes, ordering: .relaxed)
            pending.subtract(freedCount, ordering: .relaxed)
        }
    }

    /// How many keys an object is, and about how many bytes.
    private static func extent(of object: AnyObject) -> (count: Int, bytes: Int) {
        if let entry = object as? Entry { return (1, entry.memoryBytes(samples: 5)) }
        if let database = object as? DiscardedDatabase {
            return (database.count, database.count * 64)
        }
        return (1, 0)
    }

    private static func isSmall(_ entry: Entry) -> Bool {
        guard let collection = entry.value.collection else {
            return entry.string.count <= smallBytes
        }
        return collection.count <= smallCount
    }

    /// About how many bytes are still to be freed.
    static var pendingBytes: Int { bytes.load(ordering: .relaxed) }

    /// How many objects are still to be freed: keys, for a database.
    static var pendingObjects: Int { pending.load(ordering: .relaxed) }

    /// How many objects have been freed here and are to come, since the last reset.
    static var releasedObjects: Int { released.load(ordering: .relaxed) }

    static func resetStatistics() { released.store(0, ordering: .relaxed) }

    /// By how much memory in use has changed through what was freed here, since the last call.
    static func takeAllocationChange() -> Int {
        allocationChange.load(ordering: .relaxed) == 0
            ? 0 : allocationChange.exchange(0, ordering: .relaxed)
    }
}
