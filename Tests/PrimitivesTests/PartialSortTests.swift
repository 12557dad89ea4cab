// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

/// The oracle is a whole sort.
@Suite("Partial sort")
struct PartialSortTests {
    @Test("puts what belongs at the places there", arguments: [1, 2, 6, 7, 8, 40, 41, 500])
    func places(count: Int) {
        let random = RandomStream(seed: UInt64(count))
        for distinct in [1, 3, 1000] {
            for _ in 0..<50 {
                let numbers = (0..<count).map { _ in random.below(distinct) }
                let low = random.below(count)
                let places = low..<low + random.below(count - low + 1)
                var sorted = numbers
                sorted.sortPartially(places) { $0 - $1 }
                let oracle = numbers.sorted()
                #expect(sorted[places] == oracle[places])
                #expect(sorted.sorted() == oracle)
                guard !places.isEmpty else { continue }
                #expect(sorted[..<low].allSatisfy { $0 <= sorted[low] })
                #expect(sorted[low...].allSatisfy { $0 >= sorted[low] })
            }
        }
    }

    @Test("sorts nothing")
    func empty() {
        var nothing: [Int] = []
        nothing.sortPartially(0..<0) { $0 - $1 }
        #expect(nothing.isEmpty)
    }
}
