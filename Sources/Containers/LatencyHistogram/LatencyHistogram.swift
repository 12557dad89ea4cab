// SPDX-License-Identifier: Apache-2.0

/// How often each of many times was measured: nanoseconds up to a second, to two decimal digits.
///
/// A histogram of high dynamic range (<http://hdrhistogram.org>): each power of two is divided into
/// 128 equal buckets, so no bucket is wider than a 128th of what it holds. The buckets are those of
/// Redis, and so are what is told of them. Takes 12 KiB once something has been measured.
public struct LatencyHistogram: Sendable {
    private static let magnitude = 7
    private static let longest: UInt64 = 1_000_000_000
    private static let bucketCount = 24 << magnitude

    private var counts: [UInt32] = []
    /// How many times were measured.
    public private(set) var total: Int64 = 0

    public init() {}
}

extension LatencyHistogram {
    public var isEmpty: Bool { total == 0 }

    /// Counts a time in nanoseconds; what is longer than a second counts as a second.
    @inline(__always)
    public mutating func record(_ nanoseconds: UInt64) {
        if total == 0 { counts = Array(repeating: 0, count: Self.bucketCount) }
        total &+= 1
        let index = Self.index(of: Swift.min(Swift.max(nanoseconds, 1), Self.longest))
        if counts[index] != .max { counts[index] &+= 1 }
    }

    public mutating func reset() { self = LatencyHistogram() }

    /// The bucket of a time.
    @inline(__always)
    private static func index(of value: UInt64) -> Int {
        let width = Int(64 - UInt64(value | 0xFF).leadingZeroBitCount) - magnitude - 1
        return (width + 1) << magnitude + Int(value >> UInt64(width)) - 1 << magnitude
    }

    /// The smallest and the largest time of a bucket.
    private static func bounds(of index: Int) -> ClosedRange<UInt64> {
        let half = 1 << magnitude
        let exponent = index >> magnitude - 1
        guard exponent >= 0 else { return UInt64(index)...UInt64(index) }
        let low = UInt64(index & (half - 1) + half) << UInt64(exponent)
        return low...(low + 1 << UInt64(exponent) - 1)
    }

    /// The time in nanoseconds that so many per cent of the measured times do not exceed, rounded
    /// to the end of its bucket; for 0 per cent to its beginning. 0 when nothing was measured.
    public func percentile(_ percent: Double) -> UInt64 {
        guard total > 0 else { return 0 }
        let wanted = Swift.max(1, Int64(Swift.min(percent, 100) / 100 * Double(total) + 0.5))
        var seen: Int64 = 0
        for (index, count) in counts.enumerated() where count > 0 {
            seen += Int64(count)
            guard seen >= wanted else { continue }
            let bounds = Self.bounds(of: index)
            return percent <= 0 ? bounds.lowerBound : bounds.upperBound
        }
        return Self.longest
    }

    /// For times that double from a microsecond on: how many measured times do not exceed them.
    /// Times with no more than the one before are left out.
    public func doublingSteps() -> [(microseconds: Int64, count: Int64)] {
        var steps: [(microseconds: Int64, count: Int64)] = []
        var level: UInt64 = 1024
        var index = 0
        var seen: Int64 = 0
        var told: Int64 = 0
        while told < total, index < counts.count {
            let last = Swift.min(Self.index(of: level), counts.count - 1)
            while index <= last {
                seen += Int64(counts[index])
                index += 1
            }
            if seen > told {
                steps.append((Int64(Self.bounds(of: last).upperBound / 1000), seen))
                told = seen
            }
            level *= 2
        }
        return steps
    }
}
