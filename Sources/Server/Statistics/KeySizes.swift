// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store
import Synchronization

/// How many keys there are of each size, by powers of two: INFO keysizes.
///
/// Nothing is kept for it while keys change. When it is asked for, the keys of a snapshot are
/// counted, away from the keyspace; so the numbers are exact, of one moment, and cost the one who
/// asks and nobody else.
struct KeySizes: Sendable {
    private static let kinds: [(ValueType, String)] = [
        (.string, "strings_sizes"), (.list, "lists_items"), (.set, "sets_items"),
        (.sortedSet, "zsets_items"), (.hash, "hashes_items"),
    ]

    /// The lines of the section.
    private(set) var lines = ""
    /// What the keyspace's counter of changes said then.
    let changes: Int64
    let countedMilliseconds: Int64

    /// Counts the keys of a snapshot. O(keys).
    init(of snapshot: KeyspaceSnapshot) {
        changes = snapshot.changes
        countedMilliseconds = snapshot.nowMilliseconds
        for database in snapshot.databaseCounts {
            var counts: [ValueType: [Int]] = [:]
            snapshot.forEachEntry(inDatabase: database.index) { entry in
                let size = Self.size(of: entry)
                let step = size == 0 ? 0 : Int.bitWidth - size.leadingZeroBitCount
                counts[entry.type, default: Array(repeating: 0, count: 65)][step] += 1
            }
            for (type, name) in Self.kinds {
                guard let steps = counts[type] else { continue }
                let shown = steps.enumerated().filter { $0.element > 0 }
                let values = shown.map { "\(Self.label($0.offset))=\($0.element)" }
                lines += "db\(database.index)_distrib_\(name):"
                lines += values.joined(separator: ",") + "\r\n"
            }
        }
    }

    /// The length of a string, or the number of elements, as they are kept: fields that have ended
    /// count until they are removed.
    private static func size(of entry: Entry) -> Int {
        entry.value.collection?.count ?? entry.string.count
    }

    /// The smallest size of a step: 0, 1, 2, 4, ... 512, 1K, ...
    private static func label(_ step: Int) -> String {
        guard step > 0 else { return "0" }
        let units = ["", "K", "M", "G", "T", "P", "E"]
        return "\(1 << ((step - 1) % 10))\(units[(step - 1) / 10])"
    }
}

/// The last count, kept for those who ask again soon.
final class KeySizesCache: Sendable {
    private let last = Mutex<KeySizes?>(nil)

    var value: KeySizes? {
        get { last.withLock { $0 } }
        set { last.withLock { $0 = newValue } }
    }
}

/// An INFO whose last section is still to be counted.
final class KeySizesWork: DetachedWork {
    /// So many keys are counted in less time than handing the work over takes.
    private static let cheapCount = 2_000

    private let text: String
    private let snapshot: KeyspaceSnapshot
    private let cache: KeySizesCache

    init(text: String, snapshot: KeyspaceSnapshot, cache: KeySizesCache) {
        self.text = text
        self.snapshot = snapshot
        self.cache = cache
    }

    var isCheap: Bool { snapshot.count <= Self.cheapCount }

    func run(_ reply: inout ReplyWriter) {
        let sizes = KeySizes(of: snapshot)
        cache.value = sizes
        reply.verbatim(ByteString(text + sizes.lines))
    }
}
