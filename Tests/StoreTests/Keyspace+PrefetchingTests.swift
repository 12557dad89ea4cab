// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@testable import Store

@Suite("Keyspace: what is fetched ahead")
struct KeyspacePrefetchingTests {
    /// A keyspace with a set, a hash and a sorted set of so many elements each.
    private static func keyspace(elements: Int) -> Keyspace {
        var keyspace = Keyspace(seed: 1)
        let set = SetValue(.listpack, limits: keyspace.setLimits)
        let (hash, scores) = (HashValue(), SortedSetValue())
        for number in 0..<elements {
            ByteString("element-\(number)").withBytes { element in
                set.add(element, limits: keyspace.setLimits)
                hash.set(element, element, at: 0, limits: keyspace.hashLimits)
                scores.set(element, to: Double(number), limits: keyspace.sortedSetLimits)
            }
        }
        keyspace.insert(Bytes("set"), .set(set))
        keyspace.insert(Bytes("hash"), .hash(hash))
        keyspace.insert(Bytes("scores"), .sortedSet(scores))
        keyspace.insert(Bytes("list"), .list(ListValue()))
        keyspace.setString(Bytes("string"), Bytes("text"))
        keyspace.settle()
        return keyspace
    }

    /// Takes all steps for an element of a key; returns whether there was a last one.
    private static func fetch(
        _ element: Bytes, of key: Bytes, in keyspace: borrowing Keyspace
    ) -> Bool {
        let hash = keyspace.hash(of: key)
        keyspace.prefetchPlace(ofHash: hash)
        keyspace.prefetchEntry(ofHash: hash, 64)
        keyspace.prefetchValue(ofHash: hash)
        guard let elementHash = keyspace.prefetchPlace(of: element, inHash: hash) else {
            return false
        }
        keyspace.prefetchElement(ofHash: elementHash, inHash: hash)
        return true
    }

    @Test(
        "elements of large collections are, there or not",
        arguments: ["set", "hash", "scores"] as [StaticString])
    func large(name: StaticString) {
        let keyspace = Self.keyspace(elements: 3000)
        var fetched = 0
        for number in 0..<3000 {
            ByteString("element-\(number)").withBytes { element in
                if Self.fetch(element, of: Bytes(name), in: keyspace) { fetched += 1 }
            }
        }
        #expect(fetched == 3000)
        let (absent, empty) = (
            Self.fetch(Bytes("nobody"), of: Bytes(name), in: keyspace),
            Self.fetch(.empty, of: Bytes(name), in: keyspace)
        )
        #expect(absent && empty)
    }

    @Test(
        "those of small ones and of other values are not",
        arguments: ["set", "hash", "scores", "list", "string", "nothing"] as [StaticString])
    func small(name: StaticString) {
        let keyspace = Self.keyspace(elements: 5)
        let isFetched = Self.fetch(Bytes("element-1"), of: Bytes(name), in: keyspace)
        #expect(!isFetched)
    }
}
