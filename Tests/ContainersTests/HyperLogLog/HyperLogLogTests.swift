// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("HyperLogLog")
struct HyperLogLogTests {
    private func dense(_ bytes: [UInt8]) throws -> [UInt8] {
        try ByteString(bytes).withBytes { (view) throws(HyperLogLog.Damage) in
            try HyperLogLog.dense(view)
        }
    }

    private func registers(_ bytes: [UInt8]) throws -> [UInt8] {
        try ByteString(bytes).withBytes { (view) throws(HyperLogLog.Damage) in
            try HyperLogLog.registers(of: view)
        }
    }

    private func count(_ bytes: [UInt8]) throws -> UInt64 {
        try ByteString(bytes).withBytes { (view) throws(HyperLogLog.Damage) in
            try HyperLogLog.count(of: view)
        }
    }

    /// The oracle is the dense form, which has no runs to cut and join.
    @Test("sparse and dense agree", arguments: [30, 100, 3000])
    func formsAgree(mostSparseBytes: Int) throws {
        var sparse = HyperLogLog.empty
        var dense = try dense(HyperLogLog.empty)
        for number in 0..<3000 {
            let element = ByteString("element \(number % 2500) of \(mostSparseBytes)")
            let wouldChange = try element.withBytes { (element) throws(HyperLogLog.Damage) in
                try ByteString(sparse).withBytes { (view) throws(HyperLogLog.Damage) in
                    try HyperLogLog.encoding(of: view) == .sparse
                        ? try HyperLogLog.wouldChange(view, byAdding: element) : nil
                }
            }
            let changed = try element.withBytes { (element) throws(HyperLogLog.Damage) in
                try HyperLogLog.add(element, to: &sparse, mostSparseBytes: mostSparseBytes)
            }
            let denseChanged = element.withBytes { element in
                var span = dense.mutableSpan
                return HyperLogLog.add(element, toDense: &span)
            }
            #expect((changed == .changed) == denseChanged)
            if let wouldChange { #expect(wouldChange == denseChanged) }
            guard number % 100 == 0 else { continue }
            #expect(try registers(sparse) == registers(dense))
            #expect(try count(sparse) == count(dense))
        }
        #expect(sparse.count == HyperLogLog.denseBytes || sparse.count <= mostSparseBytes)
        #expect(HyperLogLog.count(ofRegisters: try registers(dense)) == (try count(dense)))
    }

    @Test("estimates to within a few per cent", arguments: [0, 1, 10, 1000, 50_000])
    func estimates(elements: Int) throws {
        var dense = try dense(HyperLogLog.empty)
        for number in 0..<elements {
            ByteString("\(number)").withBytes { element in
                var span = dense.mutableSpan
                _ = HyperLogLog.add(element, toDense: &span)
            }
        }
        let error = (Double(try count(dense)) - Double(elements)).magnitude
        #expect(error <= Double(elements) * 0.04 + 0.5)
    }

    /// Whatever the bytes, an answer or an error.
    @Test("survives any bytes")
    func fuzz() throws {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<3000 {
            var bytes = HyperLogLog.empty
            for number in 0..<(round % 60) {
                try ByteString("\(number) \(round)").withBytes {
                    (element) throws(HyperLogLog.Damage) in
                    _ = try HyperLogLog.add(element, to: &bytes, mostSparseBytes: 3000)
                }
            }
            for _ in 0..<(1 + round % 3) {
                let place = Int.random(in: 16..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if round % 5 == 0 { bytes.removeLast(Int.random(in: 1...(bytes.count - 16))) }
            _ = try? registers(bytes)
            _ = try? count(bytes)
            _ = ByteString(bytes).withBytes { HyperLogLog.describeRuns(of: $0) }
            for number in 0..<20 {
                ByteString("\(number)").withBytes { element in
                    _ = try? HyperLogLog.add(element, to: &bytes, mostSparseBytes: 100)
                }
            }
        }
    }

    @Test("refuses what is no HyperLogLog")
    func refuses() {
        let headers: [[UInt8]] = [
            [], Array("HYLL".utf8), Array("HYLX".utf8) + [UInt8](repeating: 0, count: 20),
            Array("HYLL".utf8) + [2] + [UInt8](repeating: 0, count: 20),
            Array("HYLL".utf8) + [0] + [UInt8](repeating: 0, count: 20),
        ]
        for bytes in headers {
            #expect(throws: HyperLogLog.Damage.notAHyperLogLog) { try count(bytes) }
        }
        var short = HyperLogLog.empty
        short.removeLast()
        #expect(throws: HyperLogLog.Damage.brokenRuns) { try count(short) }
    }
}
