// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Scores from one to another, either with or without its ends.
public struct ScoreRange: Sendable {
    public var minimum: Double
    public var maximum: Double
    public var excludesMinimum: Bool
    public var excludesMaximum: Bool

    public init(
        _ minimum: Double, _ maximum: Double, excludesMinimum: Bool = false,
        excludesMaximum: Bool = false
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.excludesMinimum = excludesMinimum
        self.excludesMaximum = excludesMaximum
    }

    /// Whether a score is below the range.
    @inline(__always)
    func isBelow(_ score: Double) -> Bool {
        excludesMinimum ? score <= minimum : score < minimum
    }

    /// Whether a score is above the range.
    @inline(__always)
    func isAbove(_ score: Double) -> Bool {
        excludesMaximum ? score >= maximum : score > maximum
    }
}

/// Members from one to another in the order of their bytes, for sets whose scores are all the same.
public struct LexRange: Sendable {
    /// An end of the range. The bytes are views.
    public enum Bound: Sendable {
        /// Before every member: `-`.
        case lowest
        /// Behind every member: `+`.
        case highest
        case including(Bytes)
        case excluding(Bytes)
    }

    public var minimum: Bound
    public var maximum: Bound

    public init(_ minimum: Bound, _ maximum: Bound) {
        self.minimum = minimum
        self.maximum = maximum
    }

    func isBelow(_ name: Bytes) -> Bool {
        switch minimum {
        case .lowest: false
        case .highest: true
        case .including(let bound): name.compare(bound) < 0
        case .excluding(let bound): name.compare(bound) <= 0
        }
    }

    func isAbove(_ name: Bytes) -> Bool {
        switch maximum {
        case .lowest: true
        case .highest: false
        case .including(let bound): name.compare(bound) > 0
        case .excluding(let bound): name.compare(bound) >= 0
        }
    }
}
