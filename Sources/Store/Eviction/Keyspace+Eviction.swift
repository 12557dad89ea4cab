// SPDX-License-Identifier: Apache-2.0

internal import Containers
internal import Primitives

extension Keyspace {
    /// Removes the key that ``EvictionSettings/policy`` gives up first, looking at a few keys of
    /// every database; false when there is none that may go.
    public mutating func evict() -> Bool {
        guard let victim = nextVictim() else { return false }
        inDatabase(victim.database) { keyspace in
            victim.key.withBytes { key in
                guard keyspace.remove(key) else { return }
                keyspace.statistics.evictedKeys &+= 1
                keyspace.didChange(key, KeyspaceEvent(.evicted, "evicted"))
            }
        }
        return true
    }

    private mutating func nextVictim() -> (database: Int, key: ByteString)? {
        switch eviction.policy {
        case .noEviction: nil
        case .volatileTTL: soonest()
        case .volatileRandom, .allKeysRandom: anyKey()
        case .volatileLRU, .volatileLFU, .allKeysLRU, .allKeysLFU: leastUsed()
        }
    }

    /// The key that ends first, of all databases: the heaps know it.
    private borrowing func soonest() -> (database: Int, key: ByteString)? {
        var best: (deadline: Int64, database: Int, key: ByteString)?
        for index in 0..<databaseCount {
            withDatabase(index) { database in
                guard let deadline = database.expiries.firstRank,
                    let entry = database.expiries.first, deadline < best?.deadline ?? .max
                else { return }
                best = (deadline, index, ByteString(entry.key))
            }
        }
        return best.map { ($0.database, $0.key) }
    }

    /// A random key, of one database after the other.
    private mutating func anyKey() -> (database: Int, key: ByteString)? {
        for _ in 0..<databaseCount {
            evictionTurn = (evictionTurn + 1) % databaseCount
            if let entry = sample(of: evictionTurn) {
                return (evictionTurn, ByteString(entry.key))
            }
        }
        return nil
    }

    /// The best of the pool, after another look at some keys of each database.
    private mutating func leastUsed() -> (database: Int, key: ByteString)? {
        while true {
            var isEmpty = true
            for index in 0..<databaseCount {
                for _ in 0..<eviction.sampleCount {
                    guard let entry = sample(of: index) else { break }
                    isEmpty = false
                    let rank =
                        eviction.policy.countsUses
                        ? Int64(255 - useCount(of: entry)) : idleSeconds(of: entry)
                    evictionPool.offer(rank: rank, database: index, key: entry.key)
                }
            }
            if isEmpty { return nil }
            while let best = evictionPool.takeBest() {
                if isCandidate(best) { return (best.database, best.key) }
            }
        }
    }

    /// Whether a key of the pool is still there and may go.
    private borrowing func isCandidate(_ candidate: EvictionPool.Candidate) -> Bool {
        let isVolatile = eviction.policy.isVolatile
        return withDatabase(candidate.database) { database in
            candidate.key.withBytes { key in
                guard let entry = database.table.find(key) else { return false }
                return !isVolatile || entry.hasExpiry
            }
        }
    }

    /// A random key that the policy lets go, or nil.
    private borrowing func sample(of index: Int) -> Entry? {
        let isVolatile = eviction.policy.isVolatile
        return withDatabase(index) { database in
            guard isVolatile else { return database.table.randomElement(using: random) }
            let count = database.expiries.count
            return count == 0 ? nil : database.expiries.element(at: random.below(count))
        }
    }
}
