// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@testable import Store

@Suite("Keyspace: collections at rest")
struct KeyspaceRestTests {
    private static func members(_ keyspace: borrowing Keyspace, _ key: Bytes) -> [ByteString] {
        switch keyspace.peek(key)?.value {
        case .hash(let hash):
            var found: [ByteString] = []
            hash.forEach { field, value, _ in found += [ByteString(field), value.string] }
            return found
        case .set(let set):
            var found: [ByteString] = []
            set.forEach { found.append($0.string) }
            return found
        case .sortedSet(let set):
            var found: [ByteString] = []
            set.forEach { member, score in
                found += [ByteString(member), ByteString("\(score)")]
            }
            return found
        case .string, .list, .stream, .vectorSet, .context, nil: return []
        }
    }

    private static func fill(_ keyspace: inout Keyspace) {
        let (hash, words, scores) = (
            HashValue(), SetValue(.listpack, limits: keyspace.setLimits), SortedSetValue()
        )
        let numbers = SetValue(.intset, limits: keyspace.setLimits)
        for number in 0..<10 {
            ByteString("word-\(number)").withBytes { word in
                hash.set(word, word, at: 0, limits: keyspace.hashLimits)
                words.add(word, limits: keyspace.setLimits)
                scores.set(word, to: Double(number), limits: keyspace.sortedSetLimits)
            }
            Int64(number * 7919).withDecimal { text in
                _ = numbers.add(text, limits: keyspace.setLimits)
            }
        }
        keyspace.insert(Bytes("hash"), .hash(hash))
        keyspace.insert(Bytes("words"), .set(words))
        keyspace.insert(Bytes("numbers"), .set(numbers))
        keyspace.insert(Bytes("scores"), .sortedSet(scores))
    }

    static let keys: [StaticString] = ["hash", "words", "numbers", "scores"]

    @Test("rest once nobody has their objects, and wake as they were", arguments: keys)
    func rest(name: StaticString) {
        let key = Bytes(name)
        var keyspace = Keyspace(seed: 1)
        Self.fill(&keyspace)
        let before = Self.members(keyspace, key)
        #expect(before.count >= 10)
        #expect(keyspace.peek(key)?.isAtRest == false)
        keyspace.settle()
        guard let entry = keyspace.peek(key) else {
            Issue.record("the key is gone")
            return
        }
        #expect(entry.isAtRest)
        #expect(Self.members(keyspace, key) == before)
        let resting = entry.memoryBytes(samples: 0)
        let woken = keyspace.findForUpdate(key)
        #expect(woken?.isAtRest == false)
        #expect(Self.members(keyspace, key) == before)
        #expect(entry.memoryBytes(samples: 0) == resting + Entry.objectBytes)
        keyspace.settle()
        #expect(entry.isAtRest)
    }

    @Test("are read through objects that outlive the key", arguments: keys)
    func borrowing(name: StaticString) {
        var keyspace = Keyspace(seed: 1)
        Self.fill(&keyspace)
        keyspace.settle()
        let value = keyspace.peek(Bytes(name))?.value
        keyspace.remove(Bytes(name))
        keyspace.settle()
        #expect(value?.collection?.count == 10)
    }

    @Test("move, are copied, get expiries and stay whole", arguments: keys)
    func moving(name: StaticString) {
        let key = Bytes(name)
        var keyspace = Keyspace(seed: 1)
        Self.fill(&keyspace)
        let before = Self.members(keyspace, key)
        for settles in [true, false] {
            if settles { keyspace.settle() }
            keyspace.copy(key, to: Bytes("copy"))
            keyspace.rename(Bytes("copy"), to: Bytes("moved"))
            if let entry = keyspace.findForUpdate(Bytes("moved")) {
                keyspace.setExpiry(of: entry, at: 1000)
            }
            keyspace.settle()
            #expect(Self.members(keyspace, Bytes("moved")) == before)
            #expect(Self.members(keyspace, key) == before)
            #expect(keyspace.peek(Bytes("moved"))?.isAtRest == true)
            #expect(keyspace.peek(Bytes("moved"))?.expiryMilliseconds == 1000)
            _ = keyspace.findForUpdate(key)
        }
    }

    @Test("stay in a snapshot as they were", arguments: keys)
    func snapshot(name: StaticString) {
        let key = Bytes(name)
        var keyspace = Keyspace(seed: 1)
        Self.fill(&keyspace)
        _ = keyspace.findForUpdate(key)
        let snapshot = keyspace.snapshot()
        let first = keyspace.findForUpdate(key)
        // Twice in one command: it must be the same object.
        let second = keyspace.findForUpdate(key)
        #expect(first === second)
        switch first?.value {
        case .hash(let hash): hash.remove(Bytes("word-3"), at: 0)
        case .set(let set): set.remove(set.encoding == .intset ? Bytes("7919") : Bytes("word-3"))
        case .sortedSet(let set): set.remove(Bytes("word-3"))
        case .string, .list, .stream, .vectorSet, .context, nil: Issue.record("no collection")
        }
        keyspace.settle()
        #expect(keyspace.peek(key)?.value.collection?.count == 9)
        snapshot.forEachEntry(inDatabase: 0) { entry in
            #expect(entry.value.collection?.count == 10)
        }
    }

    @Test("do not rest while fields end, or once they are large")
    func awake() {
        var keyspace = Keyspace(seed: 1)
        Self.fill(&keyspace)
        if case .hash(let hash) = keyspace.findForUpdate(Bytes("hash"))?.value {
            hash.allowExpiries()
            hash.setExpiry(of: Bytes("word-1"), to: 5000)
            keyspace.didChangeFields(of: hash)
        }
        if case .set(let set) = keyspace.findForUpdate(Bytes("numbers"))?.value {
            for number in 0..<1000 {
                Int64(number).withDecimal { _ = set.add($0, limits: keyspace.setLimits) }
            }
        }
        keyspace.settle()
        #expect(keyspace.peek(Bytes("hash"))?.isAtRest == false)
        #expect(keyspace.peek(Bytes("numbers"))?.isAtRest == false)
        #expect(keyspace.expiringCollectionCount == 1)
        keyspace.nowMilliseconds = 5000
        let expired = keyspace.expireDue(limit: 10)
        #expect(expired == 1)
        #expect(keyspace.peek(Bytes("hash"))?.value.collection?.count == 9)
    }
}
