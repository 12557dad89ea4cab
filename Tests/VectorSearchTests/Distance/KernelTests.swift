// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives
import Testing

@Suite("Kernels")
struct KernelTests {
    static let sets = [
        ENGRAM_KERNELS_PORTABLE, ENGRAM_KERNELS_AVX2, ENGRAM_KERNELS_AVX512,
        ENGRAM_KERNELS_AVX512_VNNI, ENGRAM_KERNELS_NEON,
    ].map(\.rawValue)
    static let lengths = Array(1...70) + [96, 100, 127, 128, 255, 384, 768, 1_000, 1_536, 4_096]

    private func kernels(_ set: UInt32) -> EngramKernels? {
        unsafe engram_kernels_for(EngramInstructionSet(rawValue: set))?.pointee
    }

    @Test("dot products agree with double precision", arguments: sets)
    func dots(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 11)
        for length in Self.lengths {
            let a = (0..<length).map { _ in Float.random(in: -1...1, using: &random) }
            let b = (0..<length).map { _ in Float.random(in: -1...1, using: &random) }
            let exact = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(Double(unsafe kernels.dot_f32(a, b, length)) - exact) < 1e-3)
            let x = (0..<length).map { _ in Int8.random(in: -128...127, using: &random) }
            let y = (0..<length).map { _ in Int8.random(in: -128...127, using: &random) }
            let sum = zip(x, y).reduce(Int32(0)) { $0 + Int32($1.0) * Int32($1.1) }
            #expect(unsafe kernels.dot_q8(x, y, length) == sum)
            let u = (0..<length).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
            let v = (0..<length).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
            let bits = zip(u, v).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
            #expect(unsafe kernels.hamming(u, v, length) == UInt32(bits))
        }
    }

    @Test("batches over rows agree with single integer products", arguments: sets)
    func batches(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 12)
        for length in [1, 3, 31, 32, 33, 63, 64, 65, 100, 384, 1_537] {
            let count = 9
            var codes = (0..<count * length).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let ranges = (0..<count).map { _ in Float.random(in: 0.1...1, using: &random) }
            let query = (0..<length).map { _ in Int8.random(in: -127...127, using: &random) }
            let ids = (0..<UInt32(count)).shuffled(using: &random)
            var distances = [Float](repeating: -1, count: count)
            let buffer = UnsafeMutableRawPointer.allocate(
                byteCount: engram_prepared_q8_bytes(length), alignment: 64)
            defer { unsafe buffer.deallocate() }
            var prepared = unsafe kernels.prepare_q8(query, 0.5, length, buffer)
            var scales = ranges.map { EngramScale(range: $0, norm: 1) }
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                unsafe scales.withUnsafeMutableBufferPointer { scales in
                    var chunk = unsafe EngramChunk(
                        codes: codes.baseAddress, scales: scales.baseAddress, links: nil,
                        signs: nil)
                    unsafe withUnsafeMutablePointer(to: &chunk) { chunk in
                        var rows = unsafe EngramRows(
                            chunks: chunk, shift: 10, mask: 1_023, uppers: nil,
                            upper_stride: 0, code_stride: length,
                            link_stride: 0, sign_stride: 0, sign_words: 0, dimensions: length)
                        unsafe kernels.distances_q8(&rows, &prepared, ids, count, &distances)
                    }
                }
            }
            for (id, distance) in zip(ids, distances) {
                let row = codes[Int(id) * length..<(Int(id) + 1) * length]
                let dot = zip(row, query).reduce(Int32(0)) {
                    $0 + Int32(Int8(bitPattern: $1.0)) * Int32($1.1)
                }
                let exact = 1 - Float(dot) * ((0.5 / 127) * (ranges[Int(id)] / 127))
                #expect(distance == min(max(exact, 0), 2))
            }
        }
    }

    @Test("a scan says what is said of rows one by one", arguments: sets)
    func scan(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 16)
        let sizes = [(1, 1), (31, 9), (64, 64), (65, 65), (128, 130), (383, 70), (384, 8)]
        for (length, count) in sizes {
            var codes = (0..<count * length).map { _ in
                UInt8(bitPattern: Int8.random(in: -127...127, using: &random))
            }
            var scales = (0..<count).map { row in
                EngramScale(
                    range: row % 7 == 3 ? 0 : Float.random(in: 0.01...1, using: &random),
                    norm: Float.random(in: 0.1...9, using: &random))
            }
            let query = (0..<length).map { _ in Int8.random(in: -127...127, using: &random) }
            let buffer = UnsafeMutableRawPointer.allocate(
                byteCount: engram_prepared_q8_bytes(length), alignment: 64)
            defer { unsafe buffer.deallocate() }
            var prepared = unsafe kernels.prepare_q8(query, 0.5, length, buffer)
            unsafe prepared.norm = 3
            let first = count / 3
            let ids = (first..<count).map { UInt32($0) }
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                unsafe scales.withUnsafeMutableBufferPointer { scales in
                    var chunk = unsafe EngramChunk(
                        codes: codes.baseAddress, scales: scales.baseAddress, links: nil,
                        signs: nil)
                    unsafe withUnsafeMutablePointer(to: &chunk) { chunk in
                        var rows = unsafe EngramRows(
                            chunks: chunk, shift: 10, mask: 1_023, uppers: nil, upper_stride: 0,
                            code_stride: length,
                            link_stride: 0, sign_stride: 0, sign_words: 0, dimensions: length)
                        func compare(_ metric: UInt8, _ batch: Batch) {
                            var (scanned, single) = (
                                [Float](repeating: 9, count: ids.count),
                                [Float](repeating: 8, count: ids.count)
                            )
                            unsafe kernels.scan_q8(
                                &rows, &prepared, UInt32(first), ids.count, metric, &scanned)
                            unsafe batch(&rows, &prepared, ids, ids.count, &single)
                            let isClose = zip(scanned, single).allSatisfy {
                                metric == 0 ? $0 == $1 : abs($0 - $1) <= 1e-5 * max(1, abs($1))
                            }
                            #expect(isClose, "\(length) \(metric)")
                        }
                        unsafe compare(0, kernels.distances_q8)
                        unsafe compare(1, kernels.squares_q8)
                        unsafe compare(2, kernels.products_q8)
                    }
                }
            }
        }
    }

    @Test("the next value within a limit is found, wherever it stands")
    func within() {
        var random = RandomSource(seed: 17)
        for count in [0, 1, 15, 16, 17, 100] {
            let values = (0..<count).map { _ in Float.random(in: 0...1, using: &random) }
            for limit in [Float(-1), 0.03, 0.5, 2, .infinity] {
                for from in 0...count {
                    let found = unsafe engram_next_within(values, from, count, limit)
                    #expect(found == values[from...].firstIndex { $0 <= limit } ?? count)
                }
            }
        }
    }

    @Test("squares and products of floats agree with double precision", arguments: sets)
    func metricsOfFloats(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 15)
        for length in Self.lengths {
            var values = (0..<7 * length).map { _ in Float.random(in: -3...3, using: &random) }
            let query = (0..<length).map { _ in Float.random(in: -3...3, using: &random) }
            var scales = (0..<7).map { EngramScale(range: 0, norm: Float($0)) }
            let (squares, products) = unsafe values.withUnsafeMutableBytes { codes in
                unsafe query.withUnsafeBytes { query in
                    unsafe scales.withUnsafeMutableBufferPointer { scales in
                        var query = unsafe EngramQuery(
                            data: query.baseAddress, range: 0, sum: 0, norm: 2)
                        let codes = unsafe codes.bindMemory(to: UInt8.self).baseAddress
                        return unsafe metrics(
                            codes, 4 * length, length, scales.baseAddress, &query, 7,
                            kernels.squares_f32, kernels.products_f32)
                    }
                }
            }
            for id in 0..<7 {
                let pairs = zip(values[id * length..<(id + 1) * length], query)
                let square = pairs.reduce(0.0) {
                    $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
                }
                let product = pairs.reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(Double(squares[id]) - square) <= 1e-5 * square)
                let scaled = 2 * Double(id) * product
                #expect(abs(Double(products[id]) + scaled) <= 1e-4 * Double(9 * length))
            }
        }
    }

    @Test("squares and products of codes agree with double precision", arguments: sets)
    func metricsOfCodes(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 16)
        for length in Self.lengths {
            var codes = (0..<7 * length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let query = (0..<length).map { _ in Int8.random(in: -127...127, using: &random) }
            func direction(_ codes: [Int8]) -> (range: Float, unit: [Double]) {
                let norm = codes.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                return norm == 0
                    ? (0, codes.map { _ in 0 })
                    : (Float(127 / norm), codes.map { Double($0) / norm })
            }
            let rows = (0..<7).map { row in
                direction((0..<length).map { Int8(bitPattern: codes[row * length + $0]) })
            }
            let asked = direction(query)
            let norms = (0..<7).map { _ in Float.random(in: 0.1...100, using: &random) }
            let buffer = UnsafeMutableRawPointer.allocate(
                byteCount: engram_prepared_q8_bytes(length), alignment: 64)
            defer { unsafe buffer.deallocate() }
            var prepared = unsafe kernels.prepare_q8(query, asked.range, length, buffer)
            unsafe prepared.norm = 5
            var scales = zip(rows, norms).map { EngramScale(range: $0.range, norm: $1) }
            let (squares, products) = unsafe codes.withUnsafeMutableBufferPointer { codes in
                unsafe scales.withUnsafeMutableBufferPointer { scales in
                    unsafe metrics(
                        codes.baseAddress, length, length, scales.baseAddress, &prepared, 7,
                        kernels.squares_q8, kernels.products_q8)
                }
            }
            for id in 0..<7 {
                let (own, norm) = (rows[id].unit.map { $0 * Double(norms[id]) }, Double(norms[id]))
                let pairs = zip(own, asked.unit.map { $0 * 5 })
                let square = pairs.reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                let product = pairs.reduce(0.0) { $0 + $1.0 * $1.1 }
                #expect(abs(Double(squares[id]) - square) <= 1e-5 * (square + 10 * norm))
                #expect(abs(Double(products[id]) + product) <= 1e-5 * 5 * norm)
            }
        }
    }

    private typealias Batch =
        @convention(c) (
            UnsafePointer<EngramRows>?, UnsafePointer<EngramQuery>?, UnsafePointer<UInt32>?, Int,
            UnsafeMutablePointer<Float>?
        ) -> Void

    /// What two kernels say of all rows of one chunk.
    @unsafe
    private func metrics(
        _ codes: UnsafeMutablePointer<UInt8>?, _ stride: Int, _ dimensions: Int,
        _ scales: UnsafeMutablePointer<EngramScale>?, _ query: inout EngramQuery, _ count: Int,
        _ first: Batch, _ second: Batch
    ) -> ([Float], [Float]) {
        var chunk = unsafe EngramChunk(codes: codes, scales: scales, links: nil, signs: nil)
        let ids = Array(0..<UInt32(count))
        var (some, others) = (
            [Float](repeating: 0, count: count), [Float](repeating: 0, count: count)
        )
        unsafe withUnsafeMutablePointer(to: &chunk) { chunk in
            var rows = unsafe EngramRows(
                chunks: chunk, shift: 10, mask: 1_023, uppers: nil,
                upper_stride: 0, code_stride: stride, link_stride: 0,
                sign_stride: 0, sign_words: 0, dimensions: dimensions)
            unsafe first(&rows, &query, ids, count, &some)
            unsafe second(&rows, &query, ids, count, &others)
        }
        return (some, others)
    }

    @Test("quantises by rounding half away from zero, NaN to zero", arguments: sets)
    func quantises(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 13)
        for length in Self.lengths {
            let source = (0..<length).map { _ in Float.random(in: -1...1, using: &random) }
            var codes = [Int8](repeating: 99, count: length)
            let range = unsafe kernels.quantize_q8(source, length, &codes)
            let largest = source.reduce(0) { max($0, abs($1)) }
            #expect(range == largest)
            let expected = source.map { value in
                Int8((value * (127 / largest)).rounded(.toNearestOrAwayFromZero))
            }
            #expect(codes == expected)
        }
        var codes: [Int8] = [9, 9, 9]
        #expect(unsafe kernels.quantize_q8([0, 0, 0], 3, &codes) == 0)
        #expect(codes == [0, 0, 0])
        #expect(unsafe kernels.quantize_q8([.nan, 1, -1], 3, &codes) == 1)
        #expect(codes == [0, 127, -127])
        #expect(unsafe kernels.quantize_q8([.infinity, 1, .nan], 3, &codes) == .infinity)
    }

    @Test("keeps the smallest keys in order", arguments: sets)
    func pool(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 14)
        for capacity in [1, 7, 8, 9, 16, 17, 100] {
            var pool = [UInt64](repeating: .max, count: engram_pool_room(capacity))
            var model: [UInt64] = []
            for number in 0..<500 as Range<UInt64> {
                // No two are equal: the number is the slot's place in a real key.
                let key = UInt64(random.below(10_000)) << 10 | number
                let before = Array(model.prefix(capacity))
                let place = unsafe kernels.pool_insert(&pool, before.count, capacity, key)
                let isKept = before.count < capacity || key < before[capacity - 1]
                #expect(place == (isKept ? before.count { $0 < key } : capacity))
                model = Array((before + [key]).sorted().prefix(capacity))
                #expect(Array(pool.prefix(model.count)) == model)
                #expect(pool[model.count...].allSatisfy { $0 == .max })
            }
        }
    }
}
