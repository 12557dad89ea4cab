// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("SegmentedTable")
struct SegmentedTableTests {
    final class Element: TableElement {
        let key: ByteString
        var value: Int

        init(_ key: Int, _ value: Int) {
            self.key = ByteString("key:\(key)")
            self.value = value
        }

        init(copying other: Element) {
            key = other.key
            value = other.value
        }

        // An array's bytes do not move while nobody changes it.
        var tableKey: Bytes { key.withBytes { $0 } }
    }

    static func table(seed: UInt64) -> SegmentedTable<Element> {
        let random = RandomStream(seed: seed)
        return SegmentedTable(hasher: SipHash(key: (random.next(), random.next())))
    }

    static func contents(_ table: borrowing SegmentedTable<Element>) -> [ByteString: Int] {
        var contents: [ByteString: Int] = [:]
        table.forEach { contents[$0.key] = $0.value }
        return contents
    }

    static func hash(_ key: Int, in table: borrowing SegmentedTable<Element>) -> UInt64 {
        ByteString("key:\(key)").withBytes { table.hash($0) }
    }

    /// Grows to thousands of elements, shrinks to few and grows again, against a dictionary.
    @Test("agrees with a dictionary", arguments: 1...2 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var table = Self.table(seed: seed)
        var model: [ByteString: Int] = [:]
        for step in 0..<30_000 {
            // A tide: mostly insertions, then mostly removals.
            let isRising = (step / 6000) % 2 == 0
            let number = random.below(4000)
            let element = Element(number, step)
            let hash = Self.hash(number, in: table)
            let found = table.find(element.tableKey, hash: hash)
            guard found?.value == model[element.key] else {
                Issue.record("step \(step): \(element.key) is not what was stored")
                return
            }
            if random.below(10) < (isRising ? 8 : 1) {
                if found == nil {
                    table.insert(element, hash: hash)
                } else {
                    table.replace(with: element, hash: hash)
                }
                model[element.key] = step
            } else {
                let removed = table.remove(element.tableKey, hash: hash)
                guard removed === found else {
                    Issue.record("step \(step): another element was removed")
                    return
                }
                model[element.key] = nil
            }
            guard table.count == model.count else {
                Issue.record("step \(step): \(table.count) elements, not \(model.count)")
                return
            }
        }
        #expect(Self.contents(table) == model)
    }

    @Test("gives memory back")
    func shrinking() {
        var table = Self.table(seed: 9)
        let empty = table.memoryBytes()
        for key in 0..<50_000 {
            table.insert(Element(key, key), hash: Self.hash(key, in: table))
        }
        let full = table.memoryBytes()
        #expect(full < 50_000 * 25)
        for key in 0..<50_000 {
            let element = Element(key, 0)
            table.remove(element.tableKey, hash: Self.hash(key, in: table))
        }
        let after = table.memoryBytes()
        let count = table.count
        #expect(count == 0)
        #expect(after <= empty * 2)
    }

    /// What is there from beginning to end comes exactly once, whatever else comes and goes.
    @Test("scans each lasting element once while changing", arguments: 1...4 as ClosedRange<UInt64>)
    func scanning(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var table = Self.table(seed: seed)
        let lasting = 500 + random.below(2000)
        for key in 0..<lasting { table.insert(Element(key, 0), hash: Self.hash(key, in: table)) }
        var guests: Set<Int> = []
        var seen: [ByteString: Int] = [:]
        var cursor: UInt64 = 0
        var isGrowing = seed % 2 == 0
        repeat {
            cursor = table.scan(from: cursor) { seen[$0.key, default: 0] += 1 }
            for _ in 0..<200 {
                let guest = 1_000_000 + random.below(20_000)
                let element = Element(guest, 0)
                let hash = Self.hash(guest, in: table)
                if isGrowing, guests.insert(guest).inserted {
                    table.insert(element, hash: hash)
                } else if !isGrowing, let some = guests.popFirst() {
                    let element = Element(some, 0)
                    table.remove(element.tableKey, hash: Self.hash(some, in: table))
                }
            }
            if random.below(50) == 0 { isGrowing.toggle() }
        } while cursor != 0
        for key in 0..<lasting {
            #expect(seen[ByteString("key:\(key)")] == 1, "key:\(key)")
        }
    }

    @Test("takes any cursor", arguments: [1, 77, 1 << 47, 1 << 48, .max] as [UInt64])
    func strangeCursors(cursor: UInt64) {
        var table = Self.table(seed: 2)
        for key in 0..<3000 { table.insert(Element(key, 0), hash: Self.hash(key, in: table)) }
        var cursor = cursor
        var steps = 0
        repeat {
            cursor = table.scan(from: cursor) { _ in }
            steps += 1
        } while cursor != 0 && steps < 10_000
        #expect(cursor == 0)
    }

    /// A snapshot shows its moment however the table changes afterwards.
    @Test("keeps snapshots as they were", arguments: 1...2 as ClosedRange<UInt64>)
    func snapshots(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var table = Self.table(seed: seed)
        var model: [ByteString: Int] = [:]
        var snapshots: [(TableSnapshot<Element>, [ByteString: Int])] = []
        for step in 0..<20_000 {
            let number = random.below(3000)
            let element = Element(number, step)
            let hash = Self.hash(number, in: table)
            if random.below(3) == 0 {
                table.remove(element.tableKey, hash: hash)
                model[element.key] = nil
            } else if let own = table.findForUpdate(
                element.tableKey, hash: hash, clone: { Element(copying: $0) })
            {
                own.value = step
                model[element.key] = step
            } else {
                table.insert(element, hash: hash)
                model[element.key] = step
            }
            if step % 4000 == 1999 { snapshots.append((table.snapshot(), model)) }
            if step % 8000 == 7999 { snapshots.removeFirst() }
        }
        #expect(Self.contents(table) == model)
        for (snapshot, then) in snapshots {
            var contents: [ByteString: Int] = [:]
            snapshot.forEach { contents[$0.key] = $0.value }
            #expect(snapshot.count == then.count)
            #expect(contents == then)
        }
    }

    @Test("picks every element at random")
    func random() {
        let random = RandomStream(seed: 5)
        var table = Self.table(seed: 5)
        let none = table.randomElement(using: random)
        #expect(none == nil)
        for key in 0..<200 { table.insert(Element(key, 0), hash: Self.hash(key, in: table)) }
        var picks: [ByteString: Int] = [:]
        for _ in 0..<40_000 {
            if let element = table.randomElement(using: random) {
                picks[element.key, default: 0] += 1
            }
        }
        #expect(picks.count == 200)
        // 200 on average; the deviation is about 14.
        #expect(picks.values.allSatisfy { $0 > 100 && $0 < 320 })
    }
}
