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
}
