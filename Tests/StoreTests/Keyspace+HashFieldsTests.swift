// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Store
import Testing

@Suite("Keyspace: fields that end")
struct KeyspaceHashFieldsTests {
    private func add(
        _ key: StaticString, _ fields: Int, from now: Int64, to keyspace: inout Keyspace
    ) {
        let hash = HashValue()
        for number in 0..<fields {
            let name = ByteString("\(number)")
            name.withBytes {
                _ = hash.append(
                    $0, $0, expiryMilliseconds: now + 1 + Int64(number),
                    limits: keyspace.hashLimits)
            }
        }
        keyspace.insert(Bytes(key), .hash(hash))
    }

    private func fieldCount(_ key: StaticString, in keyspace: borrowing Keyspace) -> Int? {
        keyspace.peek(Bytes(key))?.value.collection?.count
    }

    @Test("removes them in time and in steps, and the key with the last", arguments: [100, 2_000])
    func expiry(fields: Int) {
        var keyspace = Keyspace(seed: 1)
        keyspace.collectedEvents = [.hash, .generic, .expired]
        add("key", fields, from: 0, to: &keyspace)
        #expect(keyspace.nextExpiryMilliseconds() == 1)
        keyspace.nowMilliseconds = 10
        #expect(keyspace.expireDue(limit: 4) == 4)
        #expect(fieldCount("key", in: keyspace) == fields - 4)
        #expect(keyspace.expireDue(limit: 100) == 6)
        #expect(keyspace.expireDue(limit: 100) == 0)
        #expect(keyspace.nextExpiryMilliseconds() == 11)
        #expect(keyspace.eventLog.events.map(\.event.name.description) == ["hexpired", "hexpired"])
        keyspace.eventLog.events = []

        keyspace.nowMilliseconds = Int64(fields)
        while keyspace.expireDue(limit: 300) == 300 {}
        #expect(!keyspace.exists(Bytes("key")) && keyspace.count == 0)
        #expect(keyspace.nextExpiryMilliseconds() == nil)
        #expect(keyspace.statistics.expiredFields == Int64(fields))
        #expect(keyspace.statistics.expiredKeys == 0)
        #expect(keyspace.eventLog.events.last?.event.name.description == "del")
    }

    @Test("does so for the copies too, and for keys that moved")
    func copies() {
        var keyspace = Keyspace(seed: 1)
        add("key", 50, from: 0, to: &keyspace)
        keyspace.copy(Bytes("key"), to: Bytes("copy"))
        keyspace.copy(Bytes("key"), to: Bytes("there"), in: 3)
        keyspace.rename(Bytes("copy"), to: Bytes("moved"))
        keyspace.swapDatabases(0, 1)
        keyspace.nowMilliseconds = 20
        #expect(keyspace.expireDue(limit: 1_000) == 60)
        keyspace.selected = 1
        #expect(fieldCount("key", in: keyspace) == 30)
        #expect(fieldCount("moved", in: keyspace) == 30)
        keyspace.remove(Bytes("key"))
        keyspace.removeAll()
        keyspace.selected = 3
        keyspace.nowMilliseconds = 1_000
        #expect(keyspace.expireDue(limit: 1_000) == 30)
        #expect(keyspace.nextExpiryMilliseconds() == nil)
    }

    @Test("leaves a snapshot as it was", arguments: [100, 2_000])
    func snapshot(fields: Int) {
        var keyspace = Keyspace(seed: 1)
        add("key", fields, from: 0, to: &keyspace)
        let snapshot = keyspace.snapshot()
        keyspace.nowMilliseconds = Int64(fields) / 2
        #expect(keyspace.expireDue(limit: .max) == fields / 2)
        #expect(fieldCount("key", in: keyspace) == fields / 2)
        var kept = 0
        snapshot.databases[0].entries.forEach { entry in
            kept += entry.value.collection?.count ?? 0
        }
        #expect(kept == fields)
        keyspace.nowMilliseconds = Int64(fields)
        #expect(keyspace.expireDue(limit: .max) == fields - fields / 2)
        #expect(keyspace.count == 0)
    }

    @Test("removes the key when its own time comes first")
    func keyExpiry() {
        var keyspace = Keyspace(seed: 1)
        add("key", 10, from: 0, to: &keyspace)
        guard let entry = keyspace.findForUpdate(Bytes("key")) else {
            Issue.record("lost the key")
            return
        }
        keyspace.setExpiry(of: entry, at: 5)
        keyspace.nowMilliseconds = 7
        #expect(keyspace.expireDue(limit: 1) == 1)
        #expect(keyspace.count == 0)
        #expect(keyspace.expireDue(limit: 1) == 0)
        #expect(keyspace.statistics.expiredKeys == 1)
    }
}
