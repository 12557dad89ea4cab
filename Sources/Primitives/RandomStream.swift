// SPDX-License-Identifier: Apache-2.0

/// A shared ``RandomSource``: whoever holds it draws from the same sequence. Not thread-safe.
public final class RandomStream: RandomNumberGenerator {
    private var source: RandomSource

    public init(seed: UInt64) {
        source = RandomSource(seed: seed)
    }

    /// The next 64 random bits.
    public func next() -> UInt64 { source.next() }

    /// A number in `0..<bound`; `bound` must be positive.
    public func below(_ bound: Int) -> Int { source.below(bound) }

    /// A number in `0..<1`.
    public func unitInterval() -> Double { source.unitInterval() }
}
