// SPDX-License-Identifier: Apache-2.0

/// The sizes that the allocator has: 32, 48, 64, 80, 96, 112, 128, 160 bytes and so on, four to a
/// doubling.
///
/// What asks for such sizes wastes nothing, and moves rarely enough when it grows from one to the
/// next. A size's number fits a byte.
enum AllocationSize {
    /// The bytes of a class.
    @inline(__always)
    static func bytes(ofClass sizeClass: UInt32) -> Int {
        Int(4 + sizeClass & 3) << Int(sizeClass >> 2 + 3)
    }

    /// The class of the smallest allocation of at least so many bytes.
    static func sizeClass(holding bytes: Int) -> UInt32 {
        let bytes = Swift.max(bytes, 32)
        // The allocator has no 40 and no 56.
        let rounded = bytes <= 64 ? (bytes + 15) & ~15 : bytes
        let exponent = (rounded - 1).bitWidth - 1 - (rounded - 1).leadingZeroBitCount
        let step = Swift.max(exponent - 2, 3)
        let quarters = (rounded + (1 << step) - 1) >> step
        return UInt32((step - 3) * 4 + quarters - 4)
    }
}
