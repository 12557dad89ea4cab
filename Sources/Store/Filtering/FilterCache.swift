// SPDX-License-Identifier: Apache-2.0

import Primitives
import Synchronization
import VectorSearch

/// The nodes that the filters asked for last let pass, with the state of the attributes they are
/// right for.
///
/// Searches read and fill it side by side while the set does not change. What has changed since is
/// tested again chunk by chunk when a filter is next asked for, so writes do nothing here.
final class FilterCache: Sendable {
    /// More are forgotten: a byte a node in all.
    static let maximumCount = 8

    struct Entry {
        let text: ByteString
        var nodes: NodeBitmap
        /// The number of changes of the attributes that it has seen.
        var changeCount: UInt64
    }

    /// The last used first.
    private let entries = Mutex<[Entry]>([])

    func entry(_ text: ByteString) -> Entry? {
        entries.withLock { entries in
            guard let index = entries.firstIndex(where: { $0.text == text }) else { return nil }
            let entry = entries[index]
            if index > 0 {
                entries.remove(at: index)
                entries.insert(entry, at: 0)
            }
            return entry
        }
    }

    func put(_ entry: Entry) {
        entries.withLock { entries in
            entries.removeAll { $0.text == entry.text }
            if entries.count == Self.maximumCount { entries.removeLast() }
            entries.insert(entry, at: 0)
        }
    }

    var memoryBytes: Int {
        entries.withLock { entries in
            entries.reduce(100) { $0 + 80 + $1.text.count + $1.nodes.memoryBytes }
        }
    }
}
