// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("CycleClock")
struct CycleClockTests {
    @Test("agrees with the system's clock")
    func rate() {
        let clock = ContinuousClock()
        _ = CycleClock.nanosecondsPer4GTicks
        let start = CycleClock.ticks()
        let begin = clock.now
        while clock.now - begin < .milliseconds(20) {}
        let nanoseconds = CycleClock.nanoseconds(CycleClock.ticks() &- start)
        let elapsed = clock.now - begin
        #expect(nanoseconds >= 19_000_000)
        #expect(Duration.nanoseconds(Int64(nanoseconds)) <= elapsed + .milliseconds(1))
    }

    @Test("ticks and nanoseconds turn into each other", arguments: [0, 1_000, 10_000_000_000])
    func conversion(nanoseconds: UInt64) {
        let back = CycleClock.nanoseconds(CycleClock.ticks(nanoseconds: nanoseconds))
        #expect(back <= nanoseconds && nanoseconds - back <= nanoseconds / 1000 + 10)
        #expect(CycleClock.ticks(nanoseconds: .max) == .max)
    }
}
