// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("LatencyHistogram")
struct LatencyHistogramTests {
    @Test("small times are exact, larger ones to a 128th", arguments: 1...20 as ClosedRange<UInt64>)
    func percentiles(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var histogram = LatencyHistogram()
        var times: [UInt64] = []
        for _ in 0..<500 {
            let time = UInt64(1 + random.below(1 << (1 + random.below(29))))
            times.append(time)
            histogram.record(time)
        }
        times.sort()
        for percent in [1.0, 25, 50, 99, 100] {
            let rank = max(1, Int(percent / 100 * 500 + 0.5))
            let exact = times[rank - 1]
            let told = histogram.percentile(percent)
            #expect(told >= exact && told - exact <= exact / 128, "\(percent) \(exact) \(told)")
        }
        #expect(histogram.percentile(0) <= times[0])
        #expect(histogram.total == 500)
    }

    @Test("the bounds of the range count too")
    func extremes() {
        var histogram = LatencyHistogram()
        #expect(histogram.isEmpty && histogram.percentile(50) == 0)
        #expect(histogram.doublingSteps().isEmpty)
        histogram.record(0)
        histogram.record(.max)
        #expect(histogram.percentile(1) == 1)
        #expect(histogram.percentile(100) >= 1_000_000_000)
        #expect(histogram.doublingSteps().map(\.count) == [1, 2])
        histogram.reset()
        #expect(histogram.isEmpty)
    }

    @Test("steps double, and count all that is not longer")
    func steps() {
        var histogram = LatencyHistogram()
        for time in [500, 900, 1500, 3000, 3500, 70_000] as [UInt64] { histogram.record(time) }
        let steps = histogram.doublingSteps()
        #expect(steps.map(\.microseconds) == [1, 2, 4, 132])
        #expect(steps.map(\.count) == [2, 3, 5, 6])
    }
}
