// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

/// All databases at one moment, without a copy of the data: what the keyspace changes afterwards it
/// changes in copies. May be read on any thread; costs memory only for what changes meanwhile.
public struct KeyspaceSnapshot: Sendable {
    /// The databases that hold keys, with their numbers, entries and count of entries that expire.
    public let databases: [(index: Int, entries: TableSnapshot<Entry>, expiringCount: Int)]
    /// ``Keyspace/functionLibraries`` at the moment.
    public let functionLibraries: [ByteString]
    /// ``Keyspace/changes`` at the moment.
    public let changes: Int64
    /// The moment, in milliseconds since 1970.
    public let nowMilliseconds: Int64

    /// The number of keys of all databases.
    public var count: Int { databases.reduce(0) { $0 + $1.entries.count } }
}

extension Keyspace {
    /// The keyspace as it is now. O(segments of the tables): microseconds a million keys.
    public mutating func snapshot() -> KeyspaceSnapshot {
        settle()
        var databases: [(index: Int, entries: TableSnapshot<Entry>, expiringCount: Int)] = []
        for index in 0..<databaseCount {
            inDatabase(index) { keyspace in
                guard keyspace.count > 0 else { return }
                databases.append(keyspace.tableSnapshot())
            }
        }
        return KeyspaceSnapshot(
            databases: databases, functionLibraries: functionLibraries, changes: changes,
            nowMilliseconds: nowMilliseconds)
    }

    private mutating func tableSnapshot()
        -> (index: Int, entries: TableSnapshot<Entry>, expiringCount: Int)
    {
        (selected, database.table.snapshot(), database.expiries.count)
    }
}

// For who knows no tables.
extension KeyspaceSnapshot {
    /// The numbers of the databases that hold keys, with how many keys, and how many that end.
    public var databaseCounts: [(index: Int, keys: Int, expiring: Int)] {
        databases.map { ($0.index, $0.entries.count, $0.expiringCount) }
    }

    /// Calls `body` with every entry of a database, in no useful order. O(keys).
    public func forEachEntry<Failure: Error>(
        inDatabase index: Int, _ body: (Entry) throws(Failure) -> Void
    ) throws(Failure) {
        for database in databases where database.index == index {
            try database.entries.forEach(body)
        }
    }
}
