// SPDX-License-Identifier: Apache-2.0

/// MurmurHash2, the 64-bit variant A (Austin Appleby, public domain), with which Redis counts
/// distinct elements.
public enum MurmurHash {
    private static let multiplier: UInt64 = 0xC6A4_A793_5BD1_E995
    private static let shift: UInt64 = 47

    /// The hash of the bytes. O(count).
    public static func hash64A(_ bytes: Bytes, seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(bytes.count) &* multiplier
        var index = 0
        while index &+ 8 <= bytes.count {
            var word =
                UInt64(bytes.littleEndianWord(at: index))
                | UInt64(bytes.littleEndianWord(at: index &+ 4)) << 32
            word = word &* multiplier
            word ^= word >> shift
            hash = (hash ^ word &* multiplier) &* multiplier
            index &+= 8
        }
        if index < bytes.count {
            var tail: UInt64 = 0
            for offset in index..<bytes.count {
                tail |= UInt64(bytes[offset]) << UInt64((offset &- index) &* 8)
            }
            hash = (hash ^ tail) &* multiplier
        }
        hash ^= hash >> shift
        hash = hash &* multiplier
        return hash ^ hash >> shift
    }
}
