// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("Eviction")
struct EvictionTests {
    /// A keyspace of 200 keys in two databases; every second ends, the sooner the lower its number.
    private func keyspace(_ policy: EvictionPolicy) -> Keyspace {
        var keyspace = Keyspace(databaseCount: 3, seed: 7)
        keyspace.nowMilliseconds = 1_000_000_000
        keyspace.eviction.policy = policy
        for number in 0..<200 {
            keyspace.inDatabase(number / 100) { keyspace in
                ByteString("key\(number)").withBytes { key in
                    let entry = keyspace.setString(key, .empty)
                    if number % 2 == 0 {
                        keyspace.setExpiry(of: entry, at: 2_000_000_000 + Int64(number))
                    }
                }
            }
        }
        return keyspace
    }

    private func names(_ keyspace: inout Keyspace) -> Set<Int> {
        var names: Set<Int> = []
        for index in 0..<2 {
            keyspace.inDatabase(index) { keyspace in
                keyspace.forEach { entry in
                    names.insert(Int(entry.key.description.dropFirst(3)) ?? -1)
                }
            }
        }
        return names
    }

    @Test(
        "takes every key that the policy lets go, and no other",
        arguments: EvictionPolicy.allCases)
    func drains(policy: EvictionPolicy) {
        var keyspace = keyspace(policy)
        var count = 0
        while keyspace.evict() { count += 1 }
        switch policy {
        case .noEviction: #expect(count == 0)
        case .volatileLRU, .volatileLFU, .volatileRandom, .volatileTTL:
            #expect(count == 100)
            #expect(names(&keyspace) == Set((0..<200).filter { $0 % 2 == 1 }))
        case .allKeysLRU, .allKeysLFU, .allKeysRandom: #expect(count == 200)
        }
        #expect(keyspace.statistics.evictedKeys == Int64(count))
    }

    @Test("takes what ends first")
    func soonest() {
        var keyspace = keyspace(.volatileTTL)
        for _ in 0..<30 {
            let isEvicted = keyspace.evict()
            #expect(isEvicted)
        }
        #expect(names(&keyspace).isDisjoint(with: (0..<60).filter { $0 % 2 == 0 }))
    }

    @Test("takes mostly what was not used for long, or seldom", arguments: [
        EvictionPolicy.allKeysLRU, .allKeysLFU,
    ])
    func leastUsed(policy: EvictionPolicy) {
        var keyspace = keyspace(policy)
        keyspace.nowMilliseconds += 100_000
        // The upper half is used, often.
        for number in 100..<200 {
            for _ in 0..<50 {
                keyspace.inDatabase(1) { keyspace in
                    ByteString("key\(number)").withBytes { _ = keyspace.find($0) }
                }
            }
        }
        for _ in 0..<80 {
            let isEvicted = keyspace.evict()
            #expect(isEvicted)
        }
        let left = names(&keyspace)
        #expect(left.count { $0 < 100 } <= 35)
        #expect(left.count { $0 >= 100 } >= 85)
    }
}
