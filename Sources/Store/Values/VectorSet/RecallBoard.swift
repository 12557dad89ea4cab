// SPDX-License-Identifier: Apache-2.0

import Synchronization
import VectorSearch

/// What share of the true neighbours searches found, of the last that were compared.
public struct RecallStatistics: Equatable, Sendable {
    /// How many searches it is of.
    public let sampleCount: Int
    public let mean: Double
    /// The twentieth part of the searches had less, or as little.
    public let fifthPercentile: Double

    /// Nil when there are none.
    init?(_ recalls: [Float]) {
        guard !recalls.isEmpty else { return nil }
        sampleCount = recalls.count
        mean = Double(recalls.reduce(0, +)) / Double(recalls.count)
        fifthPercentile = Double(recalls.sorted()[recalls.count / 20])
    }
}

/// The last recalls that were measured.
struct RecallRecord: Sendable {
    private static let maximumCount = 400
    private var recalls: [Float] = []
    private var oldest = 0

    var statistics: RecallStatistics? { RecallStatistics(recalls) }

    mutating func add(_ recall: Double) {
        if recalls.count < Self.maximumCount {
            recalls.append(Float(recall))
        } else {
            recalls[oldest] = Float(recall)
            oldest = (oldest + 1) % Self.maximumCount
        }
    }
}

/// Searches that wait to be compared with the exact answer, and what came of those before.
///
/// Whoever searches offers what he has asked for, which costs next to nothing; somebody with time
/// to spare takes it up. Safe on any thread.
public final class RecallBoard: Sendable {
    /// Searches of smaller sets are not worth looking at: they find everything.
    public static let smallestSet = 1_000
    /// One of so many searches is taken.
    private static let interval: UInt64 = 16
    private static let maximumWaiting = 32
    /// An answer of more is an export.
    private static let largestCount = 1_000

    private struct Sample: @unchecked Sendable {
        weak var set: VectorSet?
        let query: [Float]
        let count: Int
        let ef: Int
    }

    private struct State: Sendable {
        var waiting: [Sample] = []
        var record = RecallRecord()
    }

    private let offered = Atomic<UInt64>(0)
    private let state = Mutex(State())

    public init() {}

    /// The recall of all sets together; nil when none was measured.
    public var statistics: RecallStatistics? { state.withLock { $0.record.statistics } }

    /// Notes a search that has been answered, if its turn has come.
    public func offer(_ set: VectorSet, _ request: VectorSet.SearchRequest) {
        guard !request.isExact, request.filter == nil, request.count <= Self.largestCount,
            set.count >= Self.smallestSet
        else { return }
        let number = offered.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number.isMultiple(of: Self.interval) else { return }
        let sample = Sample(set: set, query: request.query, count: request.count, ef: request.ef)
        state.withLock { state in
            if state.waiting.count < Self.maximumWaiting {
                state.waiting.append(sample)
            } else {
                // Another one gives way, so that the last do not stand for all.
                state.waiting[Int(number / Self.interval) % Self.maximumWaiting] = sample
            }
        }
    }

    /// Whether a search waits to be compared.
    public var isWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// Compares one of the searches that wait with the exact answer. O(elements of its set).
    public func measureNext() {
        let sample = state.withLock { $0.waiting.popLast() }
        guard let sample, let set = sample.set,
            let recall = set.measuredRecall(sample.query, count: sample.count, ef: sample.ef)
        else { return }
        state.withLock { $0.record.add(recall) }
    }
}

extension VectorSet {
    /// The recall of searches of this set; nil when none was measured.
    public var recall: RecallStatistics? { recalls.withLock { $0?.statistics } }

    /// Measures the recall of one search, and notes it; nil when the set is empty by now.
    fileprivate func measuredRecall(_ query: [Float], count: Int, ef: Int) -> Double? {
        do throws(VectorIndexError) {
            guard
                let recall = try RecallProbe.measure(index, query: query, count: count, ef: ef)
            else { return nil }
            recalls.withLock { record in
                if record == nil { record = RecallRecord() }
                record?.add(recall)
            }
            return recall
        } catch {
            // Only other dimensions can be refused, and these were searched with.
            return nil
        }
    }
}
