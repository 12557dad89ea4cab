// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("Use of keys")
struct UsageTests {
    private func key(_ name: String) -> ByteString { ByteString(name) }

    @Test("the second of the last use is kept, unless the client does not count")
    func idle() {
        var keyspace = Keyspace(seed: 1)
        keyspace.nowMilliseconds = 1_000_000
        key("a").withBytes { key in
            let entry = keyspace.setString(key, .empty)
            keyspace.nowMilliseconds += 60_000
            #expect(keyspace.idleSeconds(of: entry) == 60)
            keyspace.marksUse = false
            _ = keyspace.find(key)
            #expect(keyspace.idleSeconds(of: entry) == 60)
            keyspace.marksUse = true
            _ = keyspace.find(key)
            #expect(keyspace.idleSeconds(of: entry) == 0)
        }
    }

    @Test("counts grow ever more slowly and decay by the minute")
    func counts() {
        var keyspace = Keyspace(seed: 1)
        keyspace.eviction.policy = .allKeysLFU
        key("a").withBytes { key in
            let entry = keyspace.setString(key, .empty)
            #expect(keyspace.useCount(of: entry) == 5)
            for _ in 0..<100 { _ = keyspace.find(key) }
            let hundred = keyspace.useCount(of: entry)
            #expect((8...14).contains(hundred))
            for _ in 0..<100_000 { _ = keyspace.find(key) }
            let many = keyspace.useCount(of: entry)
            #expect((120...180).contains(many))
            keyspace.nowMilliseconds += 10 * 60_000
            #expect(keyspace.useCount(of: entry) == many - 10)
            keyspace.nowMilliseconds += 1000 * 60_000
            #expect(keyspace.useCount(of: entry) == 0)
            keyspace.eviction.decayMinutes = 0
            #expect(keyspace.useCount(of: entry) == many)
        }
    }
}
