// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Store
import Synchronization

/// Compares a sample of the searches of vector sets with the exact answer when there is time, and
/// takes no more than a hundredth of one core for it.
final class RecallMonitor: Sendable {
    /// After a measurement so many times as long passes without one.
    private static let restFactor: Int64 = 99

    private struct State {
        var isMeasuring = false
        /// On the monotonic clock, in nanoseconds.
        var nextStart: Int64 = 0
    }

    let board = RecallBoard()
    private let state = Mutex(State())
    private let nanoseconds = Atomic<Int64>(0)
    private let queue = DispatchQueue(label: "engram.recall", qos: .background)

    /// The CPU time that measuring has taken, in seconds.
    var cpuSeconds: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1e9 }

    /// Starts a measurement if one is due.
    func tick() {
        guard board.isWaiting else { return }
        let now = Self.nanoseconds(CLOCK_MONOTONIC)
        let isDue = state.withLock { state in
            guard !state.isMeasuring, now >= state.nextStart else { return false }
            state.isMeasuring = true
            return true
        }
        if isDue { queue.async { self.measure() } }
    }

    private func measure() {
        let start = Self.nanoseconds(CLOCK_THREAD_CPUTIME_ID)
        board.measureNext()
        let used = Self.nanoseconds(CLOCK_THREAD_CPUTIME_ID) - start
        nanoseconds.add(used, ordering: .relaxed)
        state.withLock { state in
            state.isMeasuring = false
            state.nextStart = Self.nanoseconds(CLOCK_MONOTONIC) + used * Self.restFactor
        }
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
