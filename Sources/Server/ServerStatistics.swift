// SPDX-License-Identifier: Apache-2.0

import Foundation

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
    var queryLimitDisconnections: Int64 = 0
    var outputLimitDisconnections: Int64 = 0
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0
    private(set) var operationsPerSecond: Int64 = 0
    private(set) var receivedKilobytesPerSecond = 0.0
    private(set) var sentKilobytesPerSecond = 0.0
    private var last: (commands: Int64, received: Int64, sent: Int64, microseconds: Int64)?

    /// Measures the present rates, over a second.
    mutating func sample(commandCount: Int64, at microseconds: Int64) {
        guard let last else {
            self.last = (commandCount, receivedBytes, sentBytes, microseconds)
            return
        }
        let seconds = Double(microseconds - last.microseconds) / 1e6
        guard seconds >= 1 else { return }
        operationsPerSecond = Int64(Double(max(0, commandCount - last.commands)) / seconds)
        receivedKilobytesPerSecond = Double(max(0, receivedBytes - last.received)) / 1024 / seconds
        sentKilobytesPerSecond = Double(max(0, sentBytes - last.sent)) / 1024 / seconds
        self.last = (commandCount, receivedBytes, sentBytes, microseconds)
    }

    /// CONFIG RESETSTAT.
    mutating func reset() {
        self = ServerStatistics()
    }
}
