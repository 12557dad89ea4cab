// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing
import VectorSearch

@testable import Store

@Suite("Recall of vector sets")
struct RecallBoardTests {
    private let random = RandomStream(seed: 7)

    private func vector(_ dimensions: Int = 16) -> [Float] {
        (0..<dimensions).map { _ in Float(random.below(2001)) / 1000 - 1 }
    }

    private func set(count: Int) throws -> VectorSet {
        let configuration = try VectorIndexConfiguration(
            dimensions: 16, quantization: .q8, m: 4, seed: 1)
        let set = VectorSet(configuration: configuration, serial: 1)
        for number in 0..<count {
            _ = try ByteString("e\(number)").withBytes {
                try set.add($0, vector(), attribute: nil, efConstruction: 8)
            }
        }
        return set
    }

    private func request(ef: Int) -> VectorSet.SearchRequest {
        VectorSet.SearchRequest(query: vector(), count: 10, ef: ef, at: 0)
    }

    @Test("counts mean and fifth percentile of the last")
    func statistics() throws {
        var record = RecallRecord()
        #expect(record.statistics == nil)
        for number in 0..<100 { record.add(Double(number) / 100) }
        let first = try #require(record.statistics)
        #expect(first.sampleCount == 100)
        #expect(abs(first.mean - 0.495) < 1e-6)
        #expect(abs(first.fifthPercentile - 0.05) < 1e-6)
        for _ in 0..<1000 { record.add(1) }
        #expect(record.statistics?.mean == 1)
        #expect(record.statistics?.sampleCount == 400)
    }

    @Test("tells a careless search from a careful one, as all queries would")
    func tellsApart() throws {
        let set = try set(count: 8_000)
        var means: [Double] = []
        for ef in [10, 400] {
            let board = RecallBoard()
            for _ in 0..<(16 * 30) { board.offer(set, request(ef: ef)) }
            while board.isWaiting { board.measureNext() }
            let statistics = try #require(board.statistics)
            #expect(statistics.sampleCount == 30)
            means.append(statistics.mean)
        }
        #expect(means[0] < means[1] - 0.05)
        #expect(means[1] > 0.9)
        #expect(set.recall?.sampleCount == 60)
    }

    @Test("keeps few searches waiting, and forgets a set that is gone")
    func bounds() throws {
        let board = RecallBoard()
        do {
            let set = try set(count: RecallBoard.smallestSet)
            for _ in 0..<10_000 { board.offer(set, request(ef: 10)) }
        }
        var count = 0
        while board.isWaiting {
            board.measureNext()
            count += 1
        }
        #expect(count == 32)
        #expect(board.statistics == nil)
    }

    @Test("leaves small sets, exact searches and filtered ones alone")
    func leftAlone() throws {
        let board = RecallBoard()
        let small = try set(count: 10)
        for _ in 0..<100 { board.offer(small, request(ef: 10)) }
        let large = try set(count: RecallBoard.smallestSet)
        var exact = request(ef: 10)
        exact.isExact = true
        for _ in 0..<100 { board.offer(large, exact) }
        #expect(!board.isWaiting)
        #expect(large.recall == nil)
    }
}
