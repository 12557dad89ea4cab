// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("SegmentedTable copies")
struct SegmentedTableCopyTests {
    private final class Item: TableElement {
        let name: ByteString
        var value: Int

        init(_ name: Int, _ value: Int) {
            self.name = ByteString(String(name))
            self.value = value
        }

        /// The item lives as long as the table uses the view.
        var tableKey: Bytes { name.withBytes { $0 } }

        func clone() -> Item { Item(Int(name.description) ?? 0, value) }
    }

    private struct Twin: ~Copyable {
        var table: SegmentedTable<Item>
        var model: [Int: Int] = [:]

        mutating func set(_ name: Int, _ value: Int) {
            model[name] = value
            let key = ByteString(String(name))
            key.withBytes { key in
                let hash = table.hash(key)
                if let item = table.findForUpdate(key, hash: hash, clone: { $0.clone() }) {
                    item.value = value
                } else {
                    table.insert(Item(name, value), hash: hash)
                }
            }
        }

        mutating func remove(_ name: Int) {
            model[name] = nil
            ByteString(String(name)).withBytes { key in
                _ = table.remove(key, hash: table.hash(key))
            }
        }

        mutating func copy() -> Twin { Twin(table: table.copy(), model: model) }

        func check() {
            var seen: [Int: Int] = [:]
            table.forEach { seen[Int($0.name.description) ?? -1] = $0.value }
            #expect(seen == model)
            #expect(table.count == model.count)
        }
    }

    private func mutate(_ twin: inout Twin, _ random: inout RandomSource, removing: Bool) {
        for _ in 0..<1_500 {
            let name = random.below(4_000)
            if random.below(10) < (removing ? 7 : 3) {
                twin.remove(name)
            } else {
                twin.set(name, Int(truncatingIfNeeded: random.next() >> 8))
            }
        }
    }

    @Test("go their own ways, and so do copies of copies", arguments: 1...6 as ClosedRange<UInt64>)
    func isolation(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var first = Twin(table: SegmentedTable(hasher: SipHash(key: (seed, 2))))
        for name in 0..<3_000 { first.set(name, name) }
        var second = first.copy()
        mutate(&first, &random, removing: seed.isMultiple(of: 2))
        mutate(&second, &random, removing: true)
        first.check()
        second.check()
        do {
            var third = second.copy()
            let snapshot = first.table.snapshot()
            let frozen = first.model
            mutate(&third, &random, removing: false)
            mutate(&second, &random, removing: true)
            mutate(&first, &random, removing: true)
            var seen: [Int: Int] = [:]
            snapshot.forEach { seen[Int($0.name.description) ?? -1] = $0.value }
            #expect(seen == frozen)
            third.check()
        }
        // The copies that shared with these two are gone now.
        mutate(&first, &random, removing: false)
        mutate(&second, &random, removing: false)
        first.check()
        second.check()
    }

    @Test("find by hash what is in, and nothing else")
    func firstByHash() {
        var table = SegmentedTable<Item>(hasher: SipHash(key: (3, 4)))
        for name in 0..<5_000 {
            let item = Item(name, name)
            table.insert(item, hash: table.hash(item.tableKey))
        }
        for name in 0..<6_000 {
            let key = ByteString(String(name))
            let hash = key.withBytes { table.hash($0) }
            let found = table.first(hash: hash) { $0.name == key }
            #expect((found != nil) == (name < 5_000))
        }
    }
}
