// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives
import Testing

@Suite("Sign kernels")
struct SignKernelTests {
    static let lengths = [64, 128, 192, 256, 320, 384, 768, 1_024, 1_536, 4_096]

    private func kernels(_ set: UInt32) -> EngramKernels? {
        unsafe engram_kernels_for(EngramInstructionSet(rawValue: set))?.pointee
    }

    private func vector(_ length: Int, _ random: inout RandomSource) -> [Float] {
        (0..<length).map { _ in Float.random(in: -1...1, using: &random) }
    }

    private func dot(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }

    @Test("sums the levels where a sign is set", arguments: KernelTests.sets)
    func sums(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 21)
        for words in [1, 2, 3, 6, 12, 24, 1_024] {
            let signs = (0..<words).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
            let levels = (0..<words * 64).map { _ in UInt8.random(in: 0...31, using: &random) }
            let expected = levels.indices.reduce(UInt32(0)) { sum, index in
                signs[index / 64] >> UInt64(index % 64) & 1 == 1 ? sum + UInt32(levels[index]) : sum
            }
            #expect(unsafe kernels.signed_sum(signs, levels, words) == expected)
        }
    }

    @Test("rotates without changing a product, alike on every CPU", arguments: KernelTests.sets)
    func rotates(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        guard let portable = unsafe self.kernels(ENGRAM_KERNELS_PORTABLE.rawValue) else { return }
        var random = RandomSource(seed: 22)
        for length in Self.lengths {
            var (a, b) = (vector(length, &random), vector(length, &random))
            let (product, square) = (dot(a, b), dot(a, a))
            var spare = [Float](repeating: 0, count: length)
            var same = a
            unsafe kernels.rotate(&a, &spare, length)
            unsafe kernels.rotate(&b, &spare, length)
            unsafe portable.rotate(&same, &spare, length)
            #expect(abs(dot(a, b) - product) < 1e-3)
            #expect(abs(dot(a, a) - square) < 1e-3)
            #expect(zip(a, same).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test("spreads a single component over all", arguments: lengths)
    func spreads(length: Int) {
        let kernels = unsafe engram_kernels().pointee
        for component in [0, 1, length / 2, length - 1] {
            var unit = [Float](repeating: 0, count: length)
            unit[component] = 1
            var spare = unit
            unsafe kernels.rotate(&unit, &spare, length)
            let largest = unit.reduce(0) { max($0, abs($1)) }
            #expect(largest < 6 / Float(length).squareRoot())
        }
    }

    @Test("packs signs and codes levels", arguments: KernelTests.sets)
    func codes(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 23)
        for length in Self.lengths {
            var source = vector(length, &random)
            source[3] = 0
            var signs = [UInt64](repeating: 7, count: length / 64)
            let sum = unsafe kernels.pack_signs(source, length, &signs)
            #expect(abs(Double(sum) - source.reduce(0.0) { $0 + Double(abs($1)) }) < 1e-2)
            for index in source.indices {
                let sign = signs[index / 64] >> UInt64(index % 64) & 1 == 1
                #expect(sign == (source[index] > 0))
            }
            source[5] = .nan
            var levels = [UInt8](repeating: 0, count: length)
            let query = unsafe kernels.level(source, length, &levels)
            source[5] = 0
            let total = levels.reduce(0) { $0 + Int($1) - 16 }
            #expect(unsafe Int(query.total) == total)
            let step = unsafe query.step
            for (level, value) in zip(levels, source) {
                #expect(abs(step * Float(Int(level) - 16) - value) <= step * 0.51)
            }
        }
    }

    @Test("estimates by the formula of the factors", arguments: KernelTests.sets)
    func estimates(set: UInt32) {
        guard let kernels = unsafe kernels(set) else { return }
        var random = RandomSource(seed: 24)
        for (words, count) in [(1, 1), (2, 5), (6, 24), (12, 7), (24, 2)] {
            let stride = engram_sign_stride(words)
            let records = UnsafeMutableRawPointer.allocate(
                byteCount: stride * count, alignment: 64)
            defer { unsafe records.deallocate() }
            let levels = (0..<words * 64).map { _ in UInt8.random(in: 1...31, using: &random) }
            let total = levels.reduce(Int32(0)) { $0 + Int32($1) - 16 }
            var expected: [Float] = []
            for item in 0..<count {
                var (ones, product) = (UInt32(0), Int32(0))
                for word in 0..<words {
                    let signs = UInt64.random(in: 0 ... .max, using: &random)
                    unsafe records.storeBytes(
                        of: signs, toByteOffset: item * stride + word * 8, as: UInt64.self)
                    ones += UInt32(signs.nonzeroBitCount)
                    for bit in 0..<64 {
                        let level = Int32(levels[word * 64 + bit]) - 16
                        product += signs >> UInt64(bit) & 1 == 1 ? level : -level
                    }
                }
                let factors = EngramSignFactors(
                    scale: .random(in: 0...1, using: &random),
                    offset: .random(in: -1...1, using: &random), ones: ones, range: 1)
                unsafe records.storeBytes(
                    of: factors, toByteOffset: item * stride + words * 8,
                    as: EngramSignFactors.self)
                expected.append(0.25 + factors.offset - factors.scale * (0.01 * Float(product)))
            }
            let ids = (0..<UInt32(count)).shuffled(using: &random)
            var distances = [Float](repeating: 0, count: count)
            unsafe levels.withUnsafeBufferPointer { levels in
                var query = unsafe EngramSignQuery(
                    levels: levels.baseAddress, base: 0.25, step: 0.01, total: total)
                var chunk = unsafe EngramChunk(
                    codes: nil, scales: nil, links: nil,
                    signs: records.assumingMemoryBound(to: UInt8.self))
                unsafe withUnsafeMutablePointer(to: &chunk) { chunk in
                    var rows = unsafe EngramRows(
                        chunks: chunk, shift: 10, mask: 1_023, uppers: nil,
                        upper_stride: 0, code_stride: 0, link_stride: 0,
                        sign_stride: stride, sign_words: words, dimensions: words * 64)
                    unsafe kernels.estimates(&rows, &query, ids, count, &distances, ids, count)
                }
            }
            for (id, distance) in zip(ids, distances) { #expect(distance == expected[Int(id)]) }
        }
    }
}
