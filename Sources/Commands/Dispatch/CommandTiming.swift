// SPDX-License-Identifier: Apache-2.0

import Primitives

/// How long commands take.
///
/// The clock is read once a command, at its end, as its beginning is the end of the one before, or
/// of the read that brought it; and it is the processor's own (``CycleClock``), so that all this
/// costs a plain command some ten nanoseconds.
public struct CommandTiming {
    var lastTicks = CycleClock.ticks()
    /// Whether the times of every command are kept in a histogram: `latency-tracking`.
    public var isTracked = true
    /// Commands that take this long are told to the host, in ticks; the largest number for never.
    public var slowTicks = UInt64.max

    private let nanosecondsPer4GTicks = CycleClock.nanosecondsPer4GTicks

    init() {}

    /// Ticks as nanoseconds.
    @inline(__always)
    func nanoseconds(_ ticks: UInt64) -> UInt64 {
        CycleClock.nanoseconds(ticks, per4GTicks: nanosecondsPer4GTicks)
    }

    /// How many reads were worked off, and how long that took.
    public private(set) var batchCount: Int64 = 0
    public private(set) var batchTicks: UInt64 = 0
    public private(set) var longestBatchTicks: UInt64 = 0
    /// The most commands that one read brought.
    public private(set) var largestBatch: Int64 = 0
    /// How long the server's timer took.
    public private(set) var timerTicks: UInt64 = 0
    private var batchStart = CycleClock.ticks()
    private var commandCount: Int64 = 0

    /// Begins to measure the commands that a read has brought, after a time without any; with how
    /// many commands there were up to now.
    public mutating func startBatch(after commandCount: Int64) {
        let now = CycleClock.ticks()
        let spent = lastTicks &- batchStart
        batchTicks &+= spent
        batchCount &+= 1
        if spent > longestBatchTicks { longestBatchTicks = spent }
        let size = commandCount &- self.commandCount
        if size > largestBatch { largestBatch = size }
        self.commandCount = commandCount
        lastTicks = now
        batchStart = now
    }

    /// Ends what the timer does, which is measured as a batch of its own.
    public mutating func endTimer() {
        let now = CycleClock.ticks()
        timerTicks &+= now &- lastTicks
        lastTicks = now
    }

    mutating func reset() {
        let (isTracked, slowTicks) = (isTracked, slowTicks)
        self = CommandTiming()
        (self.isTracked, self.slowTicks) = (isTracked, slowTicks)
    }
}
