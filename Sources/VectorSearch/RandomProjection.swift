// SPDX-License-Identifier: Apache-2.0

import COpenBLAS

/// The projection to fewer dimensions that VADD's REDUCE asks for.
///
/// The matrix is Redis's: entry (i, j) is the sign of the parity of `i & j`, over the square root
/// of the input dimensions. It is stored with a set, so that it may differ in later versions.
public struct RandomProjection: Hashable, Sendable {
    public let inputDimensions: Int
    public let outputDimensions: Int
    /// Row-major, `outputDimensions` rows of `inputDimensions`.
    public let matrix: [Float]

    /// Redis's matrix. Throws if a dimension count is out of 1...65,536 or the matrix would take
    /// more than 4 GiB.
    public init(inputDimensions: Int, outputDimensions: Int) throws(VectorIndexError) {
        try Self.check(inputDimensions, outputDimensions)
        let scale = Float(1.0 / Float(inputDimensions).squareRoot())
        self.inputDimensions = inputDimensions
        self.outputDimensions = outputDimensions
        var matrix = [Float](repeating: scale, count: inputDimensions * outputDimensions)
        for row in 0..<outputDimensions {
            for column in 0..<inputDimensions where (row & column).nonzeroBitCount % 2 == 1 {
                matrix[row * inputDimensions + column] = -scale
            }
        }
        self.matrix = matrix
    }

    /// A stored matrix; nil if its size does not fit the dimensions.
    public init?(inputDimensions: Int, outputDimensions: Int, matrix: [Float]) {
        guard (try? Self.check(inputDimensions, outputDimensions)) != nil,
            matrix.count == inputDimensions * outputDimensions
        else { return nil }
        self.inputDimensions = inputDimensions
        self.outputDimensions = outputDimensions
        self.matrix = matrix
    }

    private static func check(_ input: Int, _ output: Int) throws(VectorIndexError) {
        for dimensions in [input, output]
        where !(1...VectorIndexConfiguration.maxDimensions).contains(dimensions) {
            throw .dimensionsOutOfRange(dimensions)
        }
        guard input * output <= 1 << 30 else { throw .dimensionsOutOfRange(output) }
    }

    /// Projects one vector.
    public func project(_ vector: [Float]) throws(VectorIndexError) -> [Float] {
        try project(vector, count: 1)
    }

    /// Projects `count` vectors that stand one behind the other.
    public func project(_ vectors: [Float], count: Int) throws(VectorIndexError) -> [Float] {
        guard count > 0, vectors.count == count * inputDimensions else {
            throw .dimensionMismatch(
                got: count > 0 ? vectors.count / count : 0, expected: inputDimensions)
        }
        OpenBLAS.useOneThread
        var projected = [Float](repeating: 0, count: count * outputDimensions)
        if count == 1 {
            unsafe cblas_sgemv(
                CblasRowMajor, CblasNoTrans, blasint(outputDimensions), blasint(inputDimensions),
                1, matrix, blasint(inputDimensions), vectors, 1, 0, &projected, 1)
        } else {
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(count),
                blasint(outputDimensions), blasint(inputDimensions), 1, vectors,
                blasint(inputDimensions), matrix, blasint(inputDimensions), 0, &projected,
                blasint(outputDimensions))
        }
        return projected
    }
}
