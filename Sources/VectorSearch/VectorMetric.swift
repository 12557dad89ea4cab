// SPDX-License-Identifier: Apache-2.0

/// What makes two vectors near. The raw values are stored in files: never renumber them.
public enum VectorMetric: UInt8, Sendable, CaseIterable {
    /// The angle between them; their lengths do not count.
    case cosine = 0
    /// The Euclidean distance.
    case l2 = 1
    /// The inner product: the larger, the nearer.
    case ip = 2

    /// As METRIC has it.
    public var name: StaticString {
        switch self {
        case .cosine: "cosine"
        case .l2: "l2"
        case .ip: "ip"
        }
    }

    /// What an index orders by, from ``Neighbor/distance``, as clients are told it: higher is
    /// nearer.
    ///
    /// For cosine Redis's: 1 is the same direction, 0 the opposite. For l2 1 / (1 + the square of
    /// the distance), so that 1 is the same vector. For ip the inner product.
    public func score(ofDistance distance: Float) -> Double {
        switch self {
        case .cosine: 1 - Double(distance) / 2
        case .l2: 1 / (1 + Double(distance))
        case .ip: 0 - Double(distance)
        }
    }

    /// Whether a neighbour is farther than a client wants. `maximum` is half of 1 minus the cosine,
    /// the square of the Euclidean distance, or 1 minus the inner product.
    public func isBeyond(_ maximum: Double, distance: Float) -> Bool {
        switch self {
        // In single precision, as Redis compares.
        case .cosine: Double(distance / 2) > maximum
        case .l2: Double(distance) > maximum
        case .ip: 1 + Double(distance) > maximum
        }
    }

    /// The distance of two vectors of which the product is known, and the sum of their squares.
    func distance(product: Float, squares: Float) -> Float {
        switch self {
        case .cosine: 1 - product
        case .l2: max(squares - 2 * product, 0)
        case .ip: -product
        }
    }

    /// What distances may differ by that are equal but for rounding.
    func tolerance(at distance: Float) -> Float {
        1e-5 * max(1, abs(distance))
    }
}
