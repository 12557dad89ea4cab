// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store
import VectorSearch

extension Arguments {
    /// Redis has the vector commands from a module: it lets them be queued with any number of
    /// arguments, and names them in capitals when there are too few or too many.
    func requireCount(_ range: ClosedRange<Int>, of name: String) throws(ErrorReply) {
        guard range.contains(count) else { throw Self.wrongCount(of: name) }
    }

    static func wrongCount(of name: String) -> ErrorReply {
        ErrorReply("ERR wrong number of arguments for '\(name)' command")
    }
}

/// How a client gives a vector: as little-endian float32 bytes, or number by number.
struct VectorArguments {
    /// The components, as many as the client sent.
    let components: [Float]

    static let invalid = ErrorReply("ERR invalid vector specification")

    /// Reads `FP32 blob` or `VALUES n v ...`.
    /// - Throws: `ERR invalid vector specification`, also for components that are not finite.
    init(_ arguments: inout Arguments) throws(ErrorReply) {
        if arguments.remaining >= 2, arguments.consume("FP32") {
            components = try Self.components(ofBlob: try arguments.next())
        } else if arguments.remaining >= 2, arguments.consume("VALUES") {
            guard let count = Int64(strict: try arguments.next()), count >= 1,
                count <= Int64(arguments.remaining)
            else { throw Self.invalid }
            var values: [Float] = []
            values.reserveCapacity(Int(count))
            for _ in 0..<count {
                guard let value = Double(strict: try arguments.next()) else { throw Self.invalid }
                values.append(Float(value))
            }
            components = values
        } else {
            throw Self.invalid
        }
        guard components.count <= 65_536, components.allSatisfy(\.isFinite) else {
            throw Self.invalid
        }
    }

    /// The floats of a blob.
    /// - Throws: `ERR invalid vector specification` for a length that is no multiple of 4, or 0.
    static func components(ofBlob blob: Bytes) throws(ErrorReply) -> [Float] {
        guard blob.count >= 4, blob.count % 4 == 0 else { throw invalid }
        var values: [Float] = []
        values.reserveCapacity(blob.count / 4)
        for index in 0..<(blob.count / 4) {
            values.append(Float(bitPattern: blob.littleEndianWord(at: index * 4)))
        }
        return values
    }

    /// The vector as a set with a projection stores it.
    static func project(_ components: [Float], for set: VectorSet) throws(ErrorReply) -> [Float] {
        do throws(VectorIndexError) {
            return try set.project(components)
        } catch {
            throw invalid
        }
    }

    /// Refuses a vector so long that its distances are no numbers any more, where lengths count.
    static func checkLength(of vector: [Float], for set: VectorSet) throws(ErrorReply) {
        guard set.metric == .cosine || VectorProperties.hasLength(vector.span) else {
            throw ErrorReply("ERR the vector is too long for the metric of the set")
        }
    }

    /// Reads the name of a metric.
    static func metric(_ arguments: inout Arguments) throws(ErrorReply) -> VectorMetric {
        if arguments.consume("COSINE") { return .cosine }
        if arguments.consume("L2") { return .l2 }
        if arguments.consume("IP") { return .ip }
        throw ErrorReply("ERR invalid METRIC")
    }

    static func dimensionMismatch(_ got: Int, _ has: Int) -> ErrorReply {
        ErrorReply("ERR Vector dimension mismatch - got \(got) but set has \(has)")
    }
}
