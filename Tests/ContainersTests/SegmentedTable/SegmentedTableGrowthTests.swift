// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

/// Tables large enough for a directory of directories: more than 1,024 segments.
@Suite("SegmentedTable growth")
struct SegmentedTableGrowthTests {
    /// An element whose key is its number, in eight bytes that do not move.
    @safe
    private final class Item: TableElement {
        let number: UnsafeMutablePointer<UInt64>

        init(_ number: UInt64) {
            unsafe self.number = .allocate(capacity: 1)
            unsafe self.number.initialize(to: number)
        }

        deinit { unsafe number.deallocate() }

        var tableKey: Bytes { unsafe Bytes(base: UnsafeRawPointer(number), count: 8) }
    }

    private func withKey<Result>(_ number: UInt64, _ body: (Bytes) -> Result) -> Result {
        unsafe withUnsafeBytes(of: number) { unsafe body(Bytes($0)) }
    }

    @Test("holds a million, a snapshot of them, and none again")
    func million() {
        let count: UInt64 = 1_300_000
        var table = SegmentedTable<Item>(hasher: SipHash(key: (7, 8)))
        for number in 0..<count {
            let item = Item(number)
            table.insert(item, hash: table.hash(item.tableKey))
        }
        #expect(table.count == Int(count))
        let bytesPerElement = Double(table.memoryBytes()) / Double(count)
        #expect(bytesPerElement > 8 && bytesPerElement < 12.5)
        var isRight = true
        for number in 0..<(count + 1000) {
            let found = withKey(number) { table.find($0) }
            if (found != nil) != (number < count) { isRight = false }
        }
        #expect(isRight)
        var seen = Set<UInt64>()
        var cursor: UInt64 = 0
        var repeated = 0
        repeat {
            cursor = table.scan(from: cursor) { item in
                if unsafe !seen.insert(item.number.pointee).inserted { repeated += 1 }
            }
        } while cursor != 0
        #expect(seen.count == Int(count) && repeated == 0)
        let snapshot = table.snapshot()
        for number in 0..<count {
            withKey(number) { key in _ = table.remove(key, hash: table.hash(key)) }
        }
        #expect(table.count == 0)
        let left = table.memoryBytes()
        #expect(left < 1000)
        var inSnapshot = 0
        snapshot.forEach { _ in inSnapshot += 1 }
        #expect(inSnapshot == Int(count))
    }

    /// Every size of a table, from both sides: what is in is found, and removed from any place.
    @Test("agrees with a set at every size", arguments: [30, 200, 1_600, 4_000])
    func tides(most: Int) {
        var random = RandomSource(seed: UInt64(most))
        var table = SegmentedTable<Item>(hasher: SipHash(key: (UInt64(most), 3)))
        var model = Set<UInt64>()
        for step in 0..<(most * 12) {
            let isRising = step / (most * 3) % 2 == 0
            let number = UInt64(random.below(most))
            let hash = withKey(number) { table.hash($0) }
            let isThere = withKey(number) { table.find($0, hash: hash) != nil }
            guard isThere == model.contains(number) else {
                Issue.record("step \(step): \(number) is \(isThere ? "" : "not ")there")
                return
            }
            if random.below(10) < (isRising ? 9 : 1) {
                if !isThere { table.insert(Item(number), hash: hash) }
                model.insert(number)
            } else {
                withKey(number) { _ = table.remove($0, hash: hash) }
                model.remove(number)
            }
        }
        var contents = Set<UInt64>()
        table.forEach { item in contents.insert(unsafe item.number.pointee) }
        #expect(contents == model && table.count == model.count)
    }

    @Test("draws elements of segments of all sizes alike")
    func drawing() {
        // As many that about half of the segments have 64 buckets, and half 96.
        var table = SegmentedTable<Item>(hasher: SipHash(key: (9, 9)))
        let count = 16_128
        for number in 0..<UInt64(count) {
            let item = Item(number)
            table.insert(item, hash: table.hash(item.tableKey))
        }
        let random = RandomStream(seed: 4)
        var picks = [Int](repeating: 0, count: count)
        for _ in 0..<(count * 20) {
            if let item = table.randomElement(using: random) {
                picks[Int(unsafe item.number.pointee)] += 1
            }
        }
        // 20 on average, with a variance of 20 if all are equally likely; the sum of squares over
        // the average is then near to the count.
        let squares = picks.reduce(0.0) { $0 + (Double($1) - 20) * (Double($1) - 20) / 20 }
        #expect(squares / Double(count) < 1.06)
    }
}
