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

    @Test("a remembered hash serves its view alone, and only until it is forgotten")
    func rememberedHash() {
        var keyspace = Keyspace(seed: 1)
        let (key, same) = (ByteString("key"), ByteString("key"))
        key.withBytes { key in
            let hash = keyspace.hash(of: key)
            keyspace.rememberHash(hash &+ 1, of: key)
            let remembered = keyspace.hash(of: key)
            let other = same.withBytes { keyspace.hash(of: $0) }
            let part = keyspace.hash(of: key[0..<2])
            #expect(remembered == hash &+ 1)
            #expect(other == hash)
            #expect(part != hash && part != hash &+ 1)
            keyspace.forgetHash()
            let forgotten = keyspace.hash(of: key)
            #expect(forgotten == hash)
        }
        let (none, empty) = (keyspace.hash(of: .empty), keyspace.hash(of: Bytes("")))
        #expect(none == empty)
    }

    @Test("findString tells strings, other types and what is missing or has ended apart")
    func findString() {
        var keyspace = Keyspace(seed: 1)
        keyspace.nowMilliseconds = 1000
        let entry = keyspace.setString(Bytes("string"), Bytes("value"))
        keyspace.insert(Bytes("list"), .list(ListValue()))
        for number in 0..<2000 {
            ByteString("k\(number)").withBytes { _ = keyspace.setString($0, $0) }
        }
        func text(_ key: StaticString) -> ByteString {
            let hash = keyspace.hash(of: Bytes(key))
            keyspace.prefetchPlace(ofHash: hash)
            keyspace.prefetchEntry(ofHash: hash, 64)
            return switch keyspace.findString(Bytes(key)) {
            case .missing: "missing"
            case .otherType: "other type"
            case .string(let bytes): ByteString(bytes)
            }
        }
        #expect(text("string") == "value")
        #expect(text("k1999") == "k1999")
        #expect(text("list") == "other type")
        #expect(text("nothing") == "missing")
        keyspace.setExpiry(of: entry, at: 1500)
        keyspace.nowMilliseconds = 1500
        #expect(text("string") == "missing")
        #expect(keyspace.statistics.hits == 3)
        #expect(keyspace.statistics.misses == 2)
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
