// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("DeadlineIndex")
struct DeadlineIndexTests {
    private struct Pair: Hashable {
        let deadline: Int64
        let number: UInt64
    }

    @Test("does what a sorted array does", arguments: [1, 20, 100_000])
    func model(spread: Int) {
        var random = RandomSource(seed: UInt64(spread))
        var index = DeadlineIndex()
        var model: Set<Pair> = []
        for step in 0..<20_000 {
            let pair = Pair(deadline: Int64(random.below(spread)), number: random.next() % 5_000)
            let grows = step < 12_000
            if random.below(10) < (grows ? 8 : 2) {
                if model.insert(pair).inserted {
                    index.insert(pair.number, deadline: pair.deadline)
                }
            } else if let some = random.below(3) == 0 ? pair : model.first {
                let wasThere = model.remove(some) != nil
                let isOut = index.remove(some.number, deadline: some.deadline)
                #expect(isOut == wasThere)
            }
            if step % 1_000 == 0 {
                #expect(index.count == model.count)
                #expect(index.first?.deadline == model.map(\.deadline).min())
                #expect(index.lastDeadline == model.map(\.deadline).max())
                let now = Int64(random.below(spread))
                #expect(index.count(through: now) == model.count { $0.deadline <= now })
                var due: [UInt64] = []
                index.forEach(through: now) { due.append($0) }
                #expect(
                    due.sorted() == model.filter { $0.deadline <= now }.map(\.number).sorted())
            }
        }
        var drained: [Pair] = []
        while let first = index.first {
            drained.append(Pair(deadline: first.deadline, number: first.number))
            guard index.remove(first.number, deadline: first.deadline) else { break }
        }
        #expect(index.isEmpty)
        #expect(drained.map(\.deadline) == drained.map(\.deadline).sorted())
        #expect(Set(drained) == model && drained.count == model.count)
    }

    @Test("keeps copies apart")
    func copies() {
        var index = DeadlineIndex()
        for number in 0..<2_000 { index.insert(UInt64(number), deadline: Int64(number)) }
        var copy = index
        copy.remove(0, deadline: 0)
        copy.insert(7_000, deadline: -1)
        #expect(index.first?.number == 0)
        #expect(index.count == 2_000)
        #expect(copy.first?.number == 7_000)
        let isOut = index.remove(7_000, deadline: -1)
        #expect(!isOut)
    }

    @Test("fills its chunks when deadlines grow")
    func memory() {
        var index = DeadlineIndex()
        for number in 0..<100_000 { index.insert(UInt64(number), deadline: Int64(number)) }
        #expect(index.memoryBytes < 100_000 * 20)
    }
}
