// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing
import VectorSearch

@testable import Store

@Suite("Keyspace: elements that end")
struct KeyspaceVectorElementsTests {
    private func add(
        _ key: StaticString, _ elements: Int, to keyspace: inout Keyspace
    ) throws -> VectorSet {
        let configuration = try VectorIndexConfiguration(
            dimensions: 4, quantization: .f32, seed: 7)
        let set = VectorSet(configuration: configuration, serial: keyspace.nextSerial())
        var random = RandomSource(seed: 3)
        for number in 0..<elements {
            let vector = (0..<4).map { _ in Float(random.below(2000) - 1000) / 100 }
            try ByteString("e\(number)").withBytes { (name) throws(VectorIndexError) in
                _ = try set.add(
                    name, vector, attribute: nil, expiryMilliseconds: Int64(number + 1),
                    efConstruction: 50)
            }
        }
        keyspace.insert(Bytes(key), .vectorSet(set))
        return set
    }

    private func set(_ key: StaticString, in keyspace: borrowing Keyspace) -> VectorSet? {
        guard case .vectorSet(let set) = keyspace.peek(Bytes(key))?.value else { return nil }
        return set
    }

    @Test("go in steps, each counted as many fields, and the key with the last of them")
    func expiry() throws {
        var keyspace = Keyspace(seed: 1)
        _ = try add("key", 300, to: &keyspace)
        #expect(keyspace.nextExpiryMilliseconds() == 1)
        keyspace.nowMilliseconds = 100
        #expect(keyspace.expireDue(limit: 20) == VectorSet.removalWork)
        #expect(set("key", in: keyspace)?.count == 299)
        #expect(set("key", in: keyspace)?.count(at: 100) == 200)
        #expect(keyspace.expireDue(limit: .max) == 99 * VectorSet.removalWork)
        #expect(keyspace.expireDue(limit: .max) == 0)
        #expect(set("key", in: keyspace)?.count == 200)
        #expect(keyspace.nextExpiryMilliseconds() == 101)
        // As a whole: nothing has to be taken apart.
        keyspace.nowMilliseconds = 300
        #expect(keyspace.expireDue(limit: 20) == 1)
        #expect(keyspace.count == 0)
        #expect(keyspace.statistics.expiredFields == 300)
        #expect(keyspace.nextExpiryMilliseconds() == nil)
    }

    @Test("a search finds the living only, as many as it may, whatever is near")
    func search() throws {
        var keyspace = Keyspace(seed: 1)
        let set = try add("key", 2_000, to: &keyspace)
        for ended in [0, 1, 500, 1_900, 1_995, 2_000] {
            for number in [0, min(ended, 1_999), 1_999] {
                let name = ByteString("e\(number)")
                guard let query = name.withBytes({ set.vector(of: $0, at: 0) }) else {
                    Issue.record("no \(name)")
                    continue
                }
                for isExact in [true, false] {
                    let found = set.search(
                        VectorSet.SearchRequest(
                            query: query, count: 10, ef: 50, isExact: isExact,
                            at: Int64(ended)))
                    #expect(found.count == min(10, 2_000 - ended))
                    for match in found {
                        #expect(Int("\(match.name)".dropFirst()) ?? -1 >= ended)
                    }
                }
            }
        }
    }

    @Test("a snapshot and a copy keep what has ended since")
    func copies() throws {
        var keyspace = Keyspace(seed: 1)
        _ = try add("key", 50, to: &keyspace)
        let snapshot = keyspace.snapshot()
        keyspace.copy(Bytes("key"), to: Bytes("copy"), in: 2)
        keyspace.nowMilliseconds = 20
        #expect(keyspace.expireDue(limit: .max) == 40 * VectorSet.removalWork)
        var kept = 0
        snapshot.databases[0].entries.forEach { entry in
            guard case .vectorSet(let set) = entry.value else { return }
            kept = set.count
            #expect(set.earliestExpiryMilliseconds == 1)
        }
        #expect(kept == 50)
        keyspace.remove(Bytes("key"))
        keyspace.nowMilliseconds = 60
        #expect(keyspace.expireDue(limit: .max) == 1)
        #expect(keyspace.nextExpiryMilliseconds() == nil)
    }

    @Test("the key's own time comes first")
    func keyExpiry() throws {
        var keyspace = Keyspace(seed: 1)
        _ = try add("key", 10, to: &keyspace)
        guard let entry = keyspace.findForUpdate(Bytes("key")) else {
            Issue.record("lost the key")
            return
        }
        keyspace.setExpiry(of: entry, at: 5)
        keyspace.nowMilliseconds = 7
        #expect(keyspace.expireDue(limit: 1) == 1)
        #expect(keyspace.count == 0)
        #expect(keyspace.statistics.expiredKeys == 1)
    }
}
