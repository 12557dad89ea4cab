// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// Turns vectors into stored codes and back, as Redis's vector sets do.
@safe
struct VectorCoding {
    let configuration: VectorIndexConfiguration
    /// Not a copy of all the functions: small indexes are many.
    private let table: UnsafePointer<EngramKernels>

    @inline(__always)
    var kernels: EngramKernels { unsafe table.pointee }

    init(_ configuration: VectorIndexConfiguration) {
        self.configuration = configuration
        unsafe table = engram_kernels()
    }

    /// Normalises and encodes `vector` into the scratch's `code`, `norm` and `range`.
    func encode(_ vector: Span<Float>, into scratch: SearchScratch) throws(VectorIndexError) {
        let dimensions = configuration.dimensions
        guard vector.count == dimensions else {
            throw .dimensionMismatch(got: vector.count, expected: dimensions)
        }
        scratch.reserve(dimensions: dimensions)
        guard configuration.metric == .cosine else { return encodeWithLength(vector, scratch) }
        unsafe vector.withUnsafeBufferPointer { vector in
            scratch.norm = unsafe engram_normalize(
                vector.baseAddress, dimensions, scratch.floats)
        }
        encodeNormalized(in: scratch)
    }

    /// A direction and its length; what is quantised is such that the code, decoded, has a length
    /// of 1, so that a norm is all that a distance needs of a vector beside it. For l2 floats stay
    /// what they are: of vectors far from zero a direction would lose what tells them apart.
    private func encodeWithLength(_ vector: Span<Float>, _ scratch: SearchScratch) {
        let dimensions = configuration.dimensions
        var squares = 0.0
        for index in 0..<dimensions {
            unsafe scratch.floats[index] = vector[index]
            squares += Double(vector[index]) * Double(vector[index])
        }
        scratch.norm = min(Float(squares.squareRoot()), .greatestFiniteMagnitude)
        guard configuration.quantization == .q8 else {
            if configuration.metric == .l2 {
                scratch.norm = 1
            } else if scratch.norm > 0 {
                for index in 0..<dimensions { unsafe scratch.floats[index] /= scratch.norm }
            }
            return encodeNormalized(in: scratch)
        }
        encodeNormalized(in: scratch)
        var codeSquares = 0
        unsafe scratch.code.withMemoryRebound(to: Int8.self, capacity: dimensions) { code in
            for index in 0..<dimensions {
                unsafe codeSquares += Int(code[index]) * Int(code[index])
            }
        }
        scratch.range = codeSquares == 0 ? 0 : Float(127 / Double(codeSquares).squareRoot())
    }

    private func encodeNormalized(in scratch: SearchScratch) {
        let dimensions = configuration.dimensions
        scratch.range = 0
        switch configuration.quantization {
        case .f32:
            unsafe UnsafeMutableRawPointer(scratch.code).copyMemory(
                from: scratch.floats, byteCount: dimensions * 4)
        case .q8:
            unsafe scratch.code.withMemoryRebound(to: Int8.self, capacity: dimensions) { code in
                scratch.range = unsafe kernels.quantize_q8(scratch.floats, dimensions, code)
            }
        case .bin:
            let words = (dimensions + 63) / 64
            for word in 0..<words {
                var bits: UInt64 = 0
                for bit in 0..<min(64, dimensions - word * 64)
                where unsafe scratch.floats[word * 64 + bit] > 0 {
                    bits |= 1 << UInt64(bit)
                }
                unsafe UnsafeMutableRawPointer(scratch.code).storeBytes(
                    of: bits, toByteOffset: word * 8, as: UInt64.self)
            }
        case .f16:
            encodeHalves(in: scratch)
        }
    }

    /// Halves of a direction are as long as they should be but for rounding: the range undoes that,
    /// so that a vector is at a distance of 0 from itself. By l2 the largest component is brought
    /// to just below 2^15 by a power of two, so that none becomes infinite and few lose bits;
    /// whatever fits into 11 bits, as pixels do, stays exact.
    private func encodeHalves(in scratch: SearchScratch) {
        let dimensions = configuration.dimensions
        let isVector = configuration.metric == .l2
        if isVector {
            var largest: Float = 0
            for index in 0..<dimensions {
                largest = unsafe max(largest, abs(scratch.floats[index]))
            }
            let isSound = largest > 0 && largest.isFinite
            scratch.range =
                isSound
                ? Float(sign: .plus, exponent: max(largest.exponent - 14, -126), significand: 1) : 1
        }
        let scale = isVector ? 1 / scratch.range : 1
        unsafe scratch.code.withMemoryRebound(to: UInt16.self, capacity: dimensions) { halves in
            unsafe kernels.encode_f16(scratch.floats, scale, dimensions, halves)
            if isVector { return }
            unsafe kernels.decode_f16(halves, 1, dimensions, scratch.rotated)
        }
        if isVector { return }
        let squares = unsafe kernels.dot_f32(scratch.rotated, scratch.rotated, dimensions)
        scratch.range = squares > 0 && squares.isFinite ? 1 / squares.squareRoot() : 0
    }

    /// Makes the scratch's vector ready to be compared with many; valid while the scratch is.
    @unsafe
    func query(_ scratch: SearchScratch) -> EngramQuery {
        guard configuration.quantization == .f16 else {
            return unsafe query(
                code: scratch.code, norm: scratch.norm, range: scratch.range,
                buffer: scratch.prepared)
        }
        // What was asked for is more precise than its code.
        return unsafe EngramQuery(
            data: UnsafeRawPointer(scratch.floats), range: 0, sum: 0, norm: scratch.norm)
    }

    /// Makes a code ready to be compared with many; valid while `code` and `buffer` are.
    @unsafe
    func query(
        code: UnsafePointer<UInt8>, norm: Float, range: Float, buffer: UnsafeMutableRawPointer
    ) -> EngramQuery {
        switch configuration.quantization {
        case .f32, .bin:
            return unsafe EngramQuery(data: UnsafeRawPointer(code), range: 0, sum: 0, norm: norm)
        case .q8:
            let raw = unsafe UnsafeRawPointer(code)
            var query = unsafe kernels.prepare_q8(
                raw.assumingMemoryBound(to: Int8.self), range, configuration.dimensions, buffer)
            unsafe query.norm = norm
            return unsafe query
        case .f16:
            let dimensions = configuration.dimensions
            let floats = unsafe buffer.bindMemory(to: Float.self, capacity: dimensions)
            unsafe code.withMemoryRebound(to: UInt16.self, capacity: dimensions) { halves in
                unsafe kernels.decode_f16(halves, range, dimensions, floats)
            }
            return unsafe EngramQuery(data: UnsafeRawPointer(floats), range: 0, sum: 0, norm: norm)
        }
    }

    typealias Estimate =
        @convention(c) (
            UnsafePointer<EngramRows>?, UnsafePointer<EngramSignQuery>?, UnsafePointer<UInt32>?,
            Int, UnsafeMutablePointer<Float>?, UnsafePointer<UInt32>?, Int
        ) -> Void
    typealias Measure =
        @convention(c) (
            UnsafePointer<EngramRows>?, UnsafePointer<EngramQuery>?, UnsafePointer<UInt32>?, Int,
            UnsafeMutablePointer<Float>?
        ) -> Void

    typealias PoolInsert =
        @convention(c) (
            UnsafeMutablePointer<UInt64>?, Int, Int, UInt64
        ) -> Int

    /// The kernel that compares a query with stored vectors.
    @unsafe var measure: Measure {
        switch (configuration.quantization, configuration.metric) {
        case (.f32, .cosine): unsafe kernels.distances_f32
        case (.q8, .cosine): unsafe kernels.distances_q8
        case (.f32, .l2): unsafe kernels.squares_f32
        case (.q8, .l2): unsafe kernels.squares_q8
        case (.f32, .ip): unsafe kernels.products_f32
        case (.q8, .ip): unsafe kernels.products_q8
        case (.f16, .cosine): unsafe kernels.distances_f16
        case (.f16, .l2): unsafe kernels.squares_f16
        case (.f16, .ip): unsafe kernels.products_f16
        // Signs are compared by cosine only: the configuration sees to it.
        case (.bin, _): unsafe kernels.distances_bin
        }
    }

    /// Distances from a query to the rows `ids`.
    @unsafe @inline(__always)
    func distances(
        _ rows: inout EngramRows, _ query: inout EngramQuery, _ ids: UnsafePointer<UInt32>,
        _ count: Int, _ distances: UnsafeMutablePointer<Float>
    ) {
        unsafe measure(&rows, &query, ids, count, distances)
    }

    /// The components of a code, multiplied by the norm unless the code is signs only.
    static func decode(
        _ code: [UInt8], quantization: VectorQuantization, dimensions: Int, norm: Float,
        range: Float
    ) -> [Float] {
        switch quantization {
        case .f32:
            return (0..<dimensions).map { component in
                let word = (0..<4).reduce(UInt32(0)) {
                    $0 | UInt32(code[component * 4 + $1]) << UInt32($1 * 8)
                }
                return Float(bitPattern: word) * norm
            }
        case .q8:
            return (0..<dimensions).map {
                Float(Int8(bitPattern: code[$0])) * range / 127 * norm
            }
        case .bin:
            return (0..<dimensions).map { code[$0 / 8] >> UInt8($0 % 8) & 1 == 1 ? 1 : -1 }
        case .f16:
            precondition(code.count >= dimensions * 2)
            return unsafe [Float](unsafeUninitializedCapacity: dimensions) { floats, count in
                unsafe code.withUnsafeBytes { bytes in
                    let halves = unsafe bytes.assumingMemoryBound(to: UInt16.self)
                    unsafe engram_kernels().pointee.decode_f16(
                        halves.baseAddress, range * norm, dimensions, floats.baseAddress)
                }
                count = dimensions
            }
        }
    }
}
