// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives

/// One of the numbered databases: a table of entries, and the order in which they end.
struct Database: ~Copyable {
    var table: SegmentedTable<Entry>
    /// Entries with an expiry, by it.
    var expiries = IndexedHeap<Entry>()
    /// Collections with members that expire, by the earliest of their deadlines.
    var memberExpiries = IndexedHeap<ExpiringCollection>()
    /// Who watches which key.
    var watchers: [ByteString: [WatchToken]] = [:]
    /// How many blocked requests wait for a key.
    var awaited: [ByteString: Int] = [:]

    init(hasher: SipHash) {
        table = SegmentedTable(hasher: hasher)
    }
}
