// SPDX-License-Identifier: Apache-2.0

import Glibc
import Store
import TestSupport
import Testing

@Suite("VINFO")
struct VINFOTests {
    @Test("says what the set is made of")
    func information() {
        let database = TestDatabase()
        database("VADD memories REDUCE 2 VALUES 4 1 2 3 4 coffee BIN M 8")
        let reply = database("VINFO memories")
        #expect(reply["quant-type"] == "bin")
        #expect(reply["hnsw-m"] == 8)
        #expect(reply["vector-dim"] == 2)
        #expect(reply["projection-input-dim"] == 4)
        #expect(reply["size"] == 1)
        #expect(reply["recall-samples"] == 0)
        #expect(reply["recall-mean"] == .some(nil))
        #expect(reply["metric"] == "cosine")
        #expect(reply["mode"] == "flat")
        #expect(reply.elements?.count == 28)
        #expect(database.client.wire("VINFO missing") == "*-1\r\n")
    }

    @Test("says what its searches find, once some were compared with the exact answer")
    func recall() throws {
        let database = TestDatabase()
        let board = RecallBoard()
        database.keyspace.recallBoard = board
        for number in 0..<RecallBoard.smallestSet {
            let angle = Double(number) / 500
            database("VADD v VALUES 2 \(cos(angle)) \(sin(angle)) e\(number)")
        }
        // Neither what is exact anyway nor what is filtered is compared.
        database("VSIM v ELE e1 TRUTH")
        database("VSIM v ELE e1 FILTER .a")
        #expect(!board.isWaiting)
        for number in 0..<64 { database("VSIM v ELE e\(number) COUNT 5") }
        while board.isWaiting { board.measureNext() }
        let reply = database("VINFO v")
        #expect(reply["recall-samples"] == 4)
        let statistics = try #require(board.statistics)
        #expect(statistics.sampleCount == 4)
        #expect(statistics.mean > 0.9 && statistics.mean <= 1)
        #expect(statistics.fifthPercentile <= statistics.mean)
    }
}
