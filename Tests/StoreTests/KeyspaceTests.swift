// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Store
import Testing

@Suite("Keyspace")
struct KeyspaceTests {
    static func text(_ keyspace: borrowing Keyspace, _ key: StaticString) -> ByteString? {
        keyspace.peek(Bytes(key)).map { ByteString($0.string) }
    }

    @Test("gives back what was set")
    func setAndFind() {
        var keyspace = Keyspace(seed: 1)
        keyspace.setString(Bytes("key"), Bytes("value"))
        #expect(keyspace.find(Bytes("key")).map { ByteString($0.string) } == "value")
        #expect(keyspace.find(Bytes("other")) == nil)
    }

    @Test("ends keys at their millisecond, and removes all that is due and nothing else")
    func expiry() {
        var keyspace = Keyspace(seed: 2)
        keyspace.nowMilliseconds = 1000
        for number in 0..<500 {
            ByteString("k\(number)").withBytes { key in
                let entry = keyspace.setString(key, Bytes("v"))
                keyspace.setExpiry(of: entry, at: 1001 + Int64(number))
            }
        }
        let next = keyspace.nextExpiryMilliseconds()
        #expect(next == 1001)
        keyspace.nowMilliseconds = 1000
        let early = keyspace.expireDue(limit: .max)
        #expect(early == 0)
        keyspace.nowMilliseconds = 1100
        let (ended, stays) = (keyspace.exists(Bytes("k99")), keyspace.exists(Bytes("k100")))
        #expect(!ended)
        #expect(stays)
        let some = keyspace.expireDue(limit: 30)
        let rest = keyspace.expireDue(limit: .max)
        let (count, expiring) = (keyspace.count, keyspace.expiringCount)
        #expect(some == 30)
        #expect(rest == 70)
        #expect(count == 400)
        #expect(expiring == 400)
    }

    @Test("keeps a snapshot as it was through every kind of change")
    func snapshot() {
        var keyspace = Keyspace(seed: 3)
        for key in ["a", "b", "c", "d"] as [StaticString] {
            keyspace.setString(Bytes(key), Bytes("old"))
        }
        let snapshot = keyspace.snapshot()
        keyspace.setString(Bytes("a"), Bytes("new"))
        keyspace.writeString(Bytes("b"), Bytes("XY"), at: 1)
        keyspace.remove(Bytes("c"))
        keyspace.rename(Bytes("d"), to: Bytes("e"))
        keyspace.setString(Bytes("f"), Bytes("new"))
        var contents: [ByteString: ByteString] = [:]
        for (_, entries, _) in snapshot.databases {
            entries.forEach { contents[ByteString($0.key)] = ByteString($0.string) }
        }
        #expect(contents == ["a": "old", "b": "old", "c": "old", "d": "old"])
        let changed = [
            Self.text(keyspace, "a"), Self.text(keyspace, "b"), Self.text(keyspace, "c"),
            Self.text(keyspace, "d"), Self.text(keyspace, "e"),
        ]
        #expect(changed == ["new", "oXY", nil, nil, "old"])
    }

    @Test("tells watchers of a swap and a flush what it changes for them")
    func watchers() {
        var keyspace = Keyspace(seed: 4)
        let (there, gone, absent) = (WatchToken(), WatchToken(), WatchToken())
        keyspace.inDatabase(1) { _ = $0.setString(Bytes("there"), Bytes("v")) }
        keyspace.setString(Bytes("gone"), Bytes("v"))
        keyspace.watch(Bytes("there"), there)
        keyspace.watch(Bytes("gone"), gone)
        keyspace.watch(Bytes("absent"), absent)
        keyspace.swapDatabases(0, 1)
        #expect(there.isDirty)
        #expect(gone.isDirty)
        #expect(!absent.isDirty)
        there.isDirty = false
        keyspace.removeAll()
        #expect(there.isDirty)
        #expect(!absent.isDirty)
    }

    @Test("copies and renames with the expiry")
    func copying() {
        var keyspace = Keyspace(seed: 5)
        keyspace.nowMilliseconds = 1000
        let entry = keyspace.setString(Bytes("a"), Bytes("v"))
        keyspace.setExpiry(of: entry, at: 2000)
        keyspace.copy(Bytes("a"), to: Bytes("b"), in: 3)
        keyspace.rename(Bytes("a"), to: Bytes("c"))
        let expiries = keyspace.expiringCount
        let renamed = keyspace.peek(Bytes("c"))?.expiryMilliseconds
        let copied = keyspace.inDatabase(3) { $0.peek(Bytes("b"))?.expiryMilliseconds }
        #expect(expiries == 1)
        #expect(renamed == 2000)
        #expect(copied == 2000)
    }
}
