// SPDX-License-Identifier: Apache-2.0

/// When something made the server slow, by kinds of event: LATENCY.
struct LatencyMonitor {
    /// The last moments at which an event took long, a second each.
    struct Series {
        private static let maximumSamples = 160

        private(set) var samples: [(seconds: Int64, milliseconds: Int64)] = []
        private(set) var worst: Int64 = 0

        mutating func add(_ milliseconds: Int64, at seconds: Int64) {
            worst = max(worst, milliseconds)
            if let last = samples.last, last.seconds == seconds {
                samples[samples.count - 1].milliseconds = max(last.milliseconds, milliseconds)
                return
            }
            samples.append((seconds, milliseconds))
            if samples.count > Self.maximumSamples { samples.removeFirst() }
        }
    }

    /// By name of the event.
    private(set) var series: [String: Series] = [:]
    /// `latency-monitor-threshold`; 0 for never.
    var thresholdMilliseconds: Int64 = 0
}

extension LatencyMonitor {
    /// Notes an event if it took long enough.
    mutating func add(_ event: String, _ milliseconds: Int64, at seconds: Int64) {
        guard thresholdMilliseconds > 0, milliseconds >= thresholdMilliseconds else { return }
        series[event, default: Series()].add(milliseconds, at: seconds)
    }

    /// Forgets an event, or all; returns how many were known.
    mutating func reset(_ event: String? = nil) -> Int {
        let names = series.keys.filter { event == nil || $0.lowercased() == event?.lowercased() }
        for name in names { series[name] = nil }
        return names.count
    }
}

extension LatencyMonitor.Series {
    /// Mean, mean deviation, and seconds between two samples.
    var summary: (mean: Int64, deviation: Int64, period: Double) {
        guard let first = samples.first, let last = samples.last else { return (0, 0, 0) }
        let count = Int64(samples.count)
        let mean = samples.reduce(0) { $0 + $1.milliseconds } / count
        let deviation = samples.reduce(0) { $0 + abs($1.milliseconds - mean) } / count
        return (mean, deviation, Double(max(1, last.seconds - first.seconds)) / Double(count))
    }

    /// The samples as a drawing, four lines high, with how long ago each was below it.
    func graph(_ event: String, at nowSeconds: Int64) -> String {
        let times = samples.map(\.milliseconds)
        let low = times.min() ?? 0
        let high = times.max() ?? 0
        var text =
            "\(event) - high \(high) ms, low \(low) ms (all time high \(worst) ms)\n"
            + String(repeating: "-", count: 80) + "\n"
        for start in stride(from: 0, to: samples.count, by: 80) {
            let part = samples[start..<min(start + 80, samples.count)]
            text += Self.rows(part.map(\.milliseconds), low, high)
            text += Self.labels(part.map { Self.age(nowSeconds - $0.seconds) })
        }
        return text
    }

    private static func rows(_ times: [Int64], _ low: Int64, _ high: Int64) -> String {
        let marks = Array("_-`o")
        var rows = Array(repeating: [Character](), count: 4)
        for time in times {
            // Twelve steps: four lines of three marks each.
            let step = high > low ? Int(Double(time - low) / Double(high - low) * 11.99) : 0
            for row in 0..<4 {
                let line = 3 - row
                let mark: Character =
                    line < step / 3 ? "|" : line > step / 3 ? " " : marks[step % 3]
                rows[row].append(mark)
            }
        }
        return rows.map { Self.trimmed(String($0)) + "\n" }.joined()
    }

    /// Labels written downwards, below their columns.
    private static func labels(_ labels: [String]) -> String {
        let height = labels.map(\.count).max() ?? 0
        return "\n"
            + (0..<height).map { row in
                let letters = labels.map { label in
                    row < label.count ? label[label.index(label.startIndex, offsetBy: row)] : " "
                }
                return trimmed(String(letters)) + "\n"
            }.joined()
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m"
        case ..<86_400: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }
}
