// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Functions of the C library that the standard library lacks.
public enum Arithmetic {
    /// `base` to the power of `exponent`.
    public static func power(_ base: Double, _ exponent: Double) -> Double {
        pow(base, exponent)
    }

    /// Of an angle in radians.
    public static func sine(_ angle: Double) -> Double { sin(angle) }

    /// Of an angle in radians.
    public static func cosine(_ angle: Double) -> Double { cos(angle) }

    /// An angle in radians; NaN beyond 1.
    public static func arcsine(_ sine: Double) -> Double { asin(sine) }
}
