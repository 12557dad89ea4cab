// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// Codes vectors as the signs of what a random rotation makes of them, so that a walk reads one
/// cache line a node (RaBitQ, Gao and Long, arXiv:2405.12497).
///
/// A record has the signs of a vector relative to the centre of the index and two factors, from
/// which the distance to a query is estimated without bias; at 384 dimensions, by cosine, with a
/// standard deviation of 0.03. What a search returns is measured again on the stored vectors.
///
/// With a node x, a query q and the centre c, r = x - c and p = q - c, what is estimated is the
/// product of r and p, and the rest is known: by cosine 1 - (rp + rc + qc), by inner product
/// -(rp + rc + qc), by l2 rr + pp - 2rp.
@safe
struct SignCoding {
    /// Vectors of fewer components are hardly longer than a record would be.
    static let leastDimensions = 96

    /// Signs of a record, in 64-bit words.
    let words: Int
    private let table: UnsafePointer<EngramKernels>
    let metric: VectorMetric
    /// The rotated centre, `components` long.
    private(set) var center: [Float] {
        didSet { centerSquares = center.reduce(0) { $0 + $1 * $1 } }
    }
    private var centerSquares: Float = 0

    /// Nil where records do not pay, or where the stored vectors are signs themselves.
    init?(_ configuration: VectorIndexConfiguration) {
        guard configuration.quantization != .bin,
            configuration.dimensions >= Self.leastDimensions
        else { return nil }
        words = (configuration.dimensions + 63) / 64
        metric = configuration.metric
        unsafe table = engram_kernels()
        center = [Float](repeating: 0, count: words * 64)
    }

    @inline(__always)
    private var kernels: EngramKernels { unsafe table.pointee }

    /// Components of a rotated vector.
    var components: Int { words * 64 }

    /// Bytes from record to record.
    var stride: Int { engram_sign_stride(words) }

    /// Rotates what stands in the scratch's `rotated`; what is not a number becomes 0.
    func rotate(_ scratch: SearchScratch) {
        for index in 0..<components {
            let value = unsafe scratch.rotated[index]
            unsafe scratch.rotated[index] = value.isFinite ? value : 0
        }
        unsafe kernels.rotate(scratch.rotated, scratch.spare, components)
    }

    /// Makes the record of the vector that stands rotated in the scratch.
    @unsafe
    func write(
        _ record: UnsafeMutablePointer<UInt8>, range: Float, from scratch: SearchScratch
    ) {
        let rest = unsafe engram_subtract(scratch.rotated, center, components, scratch.spare)
        let (squares, product) = (rest.squares, rest.product)
        let raw = UnsafeMutableRawPointer(record)
        let signs = unsafe raw.bindMemory(to: UInt64.self, capacity: words)
        let sum = unsafe kernels.pack_signs(scratch.spare, components, signs)
        let ones = (0..<words).reduce(0) { unsafe $0 + signs[$1].nonzeroBitCount }
        let isSound = squares.isFinite && product.isFinite && sum > 0 && sum.isFinite
        let scale = isSound ? squares / sum : 0
        let offset = product.isFinite ? -product : 1
        let isSquare = metric == .l2
        unsafe engram_sign_factors(record, words).pointee = EngramSignFactors(
            scale: isSquare ? 2 * scale : scale, offset: isSquare ? squares : offset,
            ones: UInt32(ones), range: range)
    }

    /// Makes the query that stands rotated in the scratch ready; valid while the scratch is.
    @unsafe
    func query(_ scratch: SearchScratch) -> EngramSignQuery {
        let rest = unsafe engram_subtract(scratch.rotated, center, components, scratch.spare)
        let product = rest.product + centerSquares
        var query = unsafe kernels.level(scratch.spare, components, scratch.levels)
        switch metric {
        case .cosine: unsafe query.base = 1 - product
        case .l2: unsafe query.base = rest.squares
        case .ip: unsafe query.base = -product
        }
        return unsafe query
    }

    /// A coding about another centre: records made before are worth nothing.
    func centered(at center: [Float]) -> SignCoding {
        var coding = self
        coding.center = center
        return coding
    }
}
