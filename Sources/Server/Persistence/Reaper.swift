// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Primitives
import Store

/// Releases large values on a thread of its own, so that nobody waits while a million elements are
/// freed.
enum Reaper {
    /// Values up to this many elements or bytes are released on the spot.
    private static let smallCount = 64
    private static let smallBytes = 64 * 1024

    private static let queue = DispatchQueue(label: "engram.reaper", qos: .utility)

    private struct Doomed: @unchecked Sendable {
        let object: AnyObject
    }

    /// Takes an object that the keyspace has let go.
    static func discard(_ object: AnyObject) {
        if let entry = object as? Entry, isSmall(entry) { return }
        let doomed = Doomed(object: object)
        // The closure is the last to hold it, and is released on the queue.
        queue.async { withExtendedLifetime(doomed) {} }
    }

    private static func isSmall(_ entry: Entry) -> Bool {
        guard let collection = entry.value.collection else {
            return entry.string.count <= smallBytes
        }
        return collection.count <= smallCount
    }
}
