// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives
import Testing

@Suite("Kernels of halves")
struct HalfKernelTests {
    private func kernels(_ set: UInt32) -> EngramKernels? {
        unsafe engram_kernels_for(EngramInstructionSet(rawValue: set))?.pointee
    }

    @unsafe
    private func encode(_ floats: [Float], scale: Float = 1, _ kernels: EngramKernels) -> [UInt16] {
        var halves = [UInt16](repeating: 0xABCD, count: floats.count + 1)
        unsafe kernels.encode_f16(floats, scale, floats.count, &halves)
        // What lies behind is somebody else's.
        #expect(halves.popLast() == 0xABCD)
        return halves
    }

    @unsafe
    private func decode(_ halves: [UInt16], range: Float = 1, _ kernels: EngramKernels) -> [Float] {
        var floats = [Float](repeating: 99, count: halves.count + 1)
        unsafe kernels.decode_f16(halves, range, halves.count, &floats)
        #expect(floats.popLast() == 99)
        return floats
    }

    @Test("every half becomes its float and back", arguments: KernelTests.sets)
    func roundTrip(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        let halves = Array(0...UInt16.max)
        let floats = unsafe decode(halves, kernels)
        let back = unsafe encode(floats, kernels)
        var wrong: [UInt16] = []
        for half in halves {
            let (exact, float) = (Float(Float16(bitPattern: half)), floats[Int(half)])
            // What is not a number stays so, with its sign and, made quiet, its payload.
            let isRight =
                exact.isNaN
                ? float.isNaN && back[Int(half)] == half | 0x200
                : float.bitPattern == exact.bitPattern && back[Int(half)] == half
            if !isRight { wrong.append(half) }
        }
        #expect(wrong.isEmpty)
    }

    @Test("floats are rounded to the nearest half, to even", arguments: KernelTests.sets)
    func rounds(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 21)
        // Each half with what lies in the middle to the next one, and a bit to both sides of that.
        var floats: [Float] = [
            0, -0.0, .infinity, -.infinity, 65_504, 65_519.996, 65_520, 65_536, 1e38, 0x1p-25,
            0x1.000002p-25, 0x1p-26, 0x1p-149, -0x1p-14, 0x1.fffffep-15, .greatestFiniteMagnitude,
        ]
        for half in 0..<UInt16(0x7C00) {
            let low = Float(Float16(bitPattern: half))
            let middle = half == 0x7BFF ? 65_520 : (low + Float(Float16(bitPattern: half + 1))) / 2
            floats += [middle, middle.nextUp, -middle.nextDown]
        }
        for _ in 0..<100_000 {
            floats.append(
                Float(bitPattern: UInt32.random(in: 0...0xFF7F_FFFF, using: &random)))
        }
        floats.removeAll(where: \.isNaN)
        let halves = unsafe encode(floats, kernels)
        #expect(halves == floats.map { Float16($0).bitPattern })
        for float in [Float.nan, -.nan, Float(bitPattern: 0x7F80_0001)] {
            let halves = unsafe encode([float], kernels)
            #expect(Float16(bitPattern: halves[0]).isNaN)
        }
    }

    @Test("any number of components, times what is asked", arguments: KernelTests.sets)
    func lengths(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 22)
        for length in KernelTests.lengths {
            let floats = (0..<length).map { _ in Float.random(in: -3...3, using: &random) }
            let halves = unsafe encode(floats, scale: 0.25, kernels)
            #expect(halves == floats.map { Float16($0 * 0.25).bitPattern })
            let decoded = unsafe decode(halves, range: 3, kernels)
            #expect(decoded == halves.map { Float(Float16(bitPattern: $0)) * 3 })
        }
    }

    @Test("products and squares agree with double precision", arguments: KernelTests.sets)
    func metrics(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 23)
        let count = 11
        for length in KernelTests.lengths {
            let query = (0..<length).map { _ in Float.random(in: -2...2, using: &random) }
            let rows = (0..<count).map { _ in
                (0..<length).map { _ in Float16(Float.random(in: -2...2, using: &random)) }
            }
            let ranges = (0..<count).map { _ in Float.random(in: 0.1...2, using: &random) }
            let found = unsafe distances(kernels, query, rows, ranges)
            for id in 0..<count {
                let row = rows[id].map { Double($0) * Double(ranges[id]) }
                let product = zip(row, query).reduce(0.0) { $0 + $1.0 * Double($1.1) }
                let square = zip(row, query).reduce(0.0) {
                    $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1))
                }
                let norm = Double(id + 1)
                let bound = 1e-6 * Double(length)
                #expect(abs(Double(found.distances[id]) - (1 - product)) <= bound + 1e-6)
                #expect(abs(Double(found.squares[id]) - square) <= 1e-5 * square)
                #expect(abs(Double(found.products[id]) + 5 * norm * product) <= 5 * norm * bound)
                let dot = unsafe kernels.dot_f16(query, rows[id].map(\.bitPattern), length)
                #expect(
                    abs(Double(dot) * Double(ranges[id]) - product) <= bound * Double(ranges[id]))
            }
        }
    }

    @Test("what is not a number is far away", arguments: KernelTests.sets)
    func notNumbers(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        let rows = [Float16.nan, .infinity, 1].map { [1, $0, 1] }
        let found = unsafe distances(kernels, [1, 0, 1], rows, [1, 1, 1])
        #expect(found.distances == [2, 2, -1])
        #expect(found.squares == [.infinity, .infinity, 1])
        #expect(found.products == [.infinity, .infinity, -5 * 3 * 2])
    }

    private typealias Batch =
        @convention(c) (
            UnsafePointer<EngramRows>?, UnsafePointer<EngramQuery>?, UnsafePointer<UInt32>?, Int,
            UnsafeMutablePointer<Float>?
        ) -> Void

    /// What the kernels say of rows whose norms are 1, 2, 3 and so on, to a query of norm 5.
    @unsafe
    private func distances(
        _ kernels: EngramKernels, _ query: [Float], _ rows: [[Float16]], _ ranges: [Float]
    ) -> (distances: [Float], squares: [Float], products: [Float]) {
        unsafe (
            distances(kernels.distances_f16, query, rows, ranges),
            distances(kernels.squares_f16, query, rows, ranges),
            distances(kernels.products_f16, query, rows, ranges)
        )
    }

    /// Asked for in a shuffled order, given in that of the rows.
    @unsafe
    private func distances(
        _ batch: Batch, _ query: [Float], _ rows: [[Float16]], _ ranges: [Float]
    ) -> [Float] {
        var random = RandomSource(seed: 24)
        let (count, length) = (rows.count, query.count)
        let ids = (0..<UInt32(count)).shuffled(using: &random)
        var codes = rows.flatMap { $0.map(\.bitPattern) }
        var scales = ranges.enumerated().map { EngramScale(range: $1, norm: Float($0 + 1)) }
        var found = [Float](repeating: -99, count: count)
        unsafe codes.withUnsafeMutableBytes { codes in
            unsafe scales.withUnsafeMutableBufferPointer { scales in
                unsafe query.withUnsafeBytes { query in
                    var query = unsafe EngramQuery(
                        data: query.baseAddress, range: 0, sum: 0, norm: 5)
                    var chunk = unsafe EngramChunk(
                        codes: codes.bindMemory(to: UInt8.self).baseAddress,
                        scales: scales.baseAddress, links: nil, signs: nil)
                    unsafe withUnsafeMutablePointer(to: &chunk) { chunk in
                        var rows = unsafe EngramRows(
                            chunks: chunk, shift: 10, mask: 1_023, uppers: nil, upper_stride: 0,
                            code_stride: 2 * length,
                            link_stride: 0, sign_stride: 0, sign_words: 0, dimensions: length)
                        unsafe batch(&rows, &query, ids, count, &found)
                    }
                }
            }
        }
        var ordered = found
        for (place, id) in ids.enumerated() { ordered[Int(id)] = found[place] }
        return ordered
    }
}
