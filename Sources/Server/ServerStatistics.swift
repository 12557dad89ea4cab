// SPDX-License-Identifier: Apache-2.0

import Commands
import Foundation
import Primitives

/// What tells this run of the server from all others.
struct ServerIdentity {
    let startMilliseconds = WallClock.microseconds() / 1000
    /// 40 hexadecimal digits, new at every start.
    let runID = Self.randomDigits()
    var replicationID = Self.randomDigits()

    static func randomDigits() -> String {
        String((0..<40).map { _ in "0123456789abcdef".randomElement() ?? "0" })
    }
}

/// Counters of the server, as INFO reports them.
struct ServerStatistics {
    var connections: Int64 = 0
    var rejectedConnections: Int64 = 0
    var evictedClients: Int64 = 0
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0
    private(set) var operationsPerSecond: Int64 = 0
    private(set) var receivedKilobytesPerSecond = 0.0
    private(set) var sentKilobytesPerSecond = 0.0
    /// Reads worked off a second, and how long one took.
    private(set) var batchesPerSecond: Int64 = 0
    private(set) var batchMicroseconds: Int64 = 0
    /// Clients that were dropped as they sent, or left unread, more than they may.
    var queryLimitDisconnections: Int64 = 0
    var outputLimitDisconnections: Int64 = 0
    /// How often clients gave room for replies back, and took more.
    var replyBufferShrinks: Int64 = 0
    var replyBufferExpansions: Int64 = 0
    private var last: Sample?

    /// The counters at one moment.
    private struct Sample {
        var commands: Int64
        var received: Int64
        var sent: Int64
        var batches: Int64
        var batchTicks: UInt64
        var microseconds: Int64
    }

    /// Measures the present rates, over a second.
    mutating func sample(_ dispatcher: borrowing Dispatcher, at microseconds: Int64) {
        let commandCount = dispatcher.commandCount
        let timing = dispatcher.timing
        let now = Sample(
            commands: commandCount, received: receivedBytes, sent: sentBytes,
            batches: timing.batchCount, batchTicks: timing.batchTicks, microseconds: microseconds)
        guard let last else {
            self.last = now
            return
        }
        let seconds = Double(microseconds - last.microseconds) / 1e6
        guard seconds >= 1 else { return }
        operationsPerSecond = Int64(Double(max(0, commandCount - last.commands)) / seconds)
        receivedKilobytesPerSecond = Double(max(0, receivedBytes - last.received)) / 1024 / seconds
        sentKilobytesPerSecond = Double(max(0, sentBytes - last.sent)) / 1024 / seconds
        let batches = max(0, timing.batchCount - last.batches)
        batchesPerSecond = Int64(Double(batches) / seconds)
        let spent = timing.batchTicks >= last.batchTicks ? timing.batchTicks - last.batchTicks : 0
        batchMicroseconds =
            Int64(clamping: CycleClock.nanoseconds(spent) / 1000) / max(1, batches)
        self.last = now
    }

    /// CONFIG RESETSTAT.
    mutating func reset() {
        self = ServerStatistics()
    }
}
