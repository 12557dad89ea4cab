// SPDX-License-Identifier: Apache-2.0

internal import CPlatform

/// The cheapest clock there is, for how long something took: the processor's counter where it ticks
/// evenly (about 20 cycles to read), the system's monotonic clock elsewhere.
public enum CycleClock {
    /// Ticks since some moment; differences alone mean something.
    public static func ticks() -> UInt64 { engram_ticks() }

    /// The factor from ticks to nanoseconds, times 2^32. Takes two milliseconds the first time.
    public static let nanosecondsPer4GTicks: UInt64 = engram_nanoseconds_per_4g_ticks()

    /// Ticks as nanoseconds. Who asks for it often keeps the factor: a global is looked at with a
    /// check whether it is there already.
    public static func nanoseconds(
        _ ticks: UInt64, per4GTicks factor: UInt64 = nanosecondsPer4GTicks
    ) -> UInt64 {
        let (high, low) = ticks.multipliedFullWidth(by: factor)
        return high << 32 | low >> 32
    }

    /// Nanoseconds as ticks, at most the largest number.
    public static func ticks(nanoseconds: UInt64) -> UInt64 {
        let whole = Double(nanoseconds) * 4_294_967_296 / Double(nanosecondsPer4GTicks)
        return whole < 9e18 ? UInt64(whole) : .max
    }
}
