// SPDX-License-Identifier: Apache-2.0

/// SipHash-1-3, a keyed hash: without the key nobody can choose inputs that collide.
///
/// One compression round a word and three at the end, as hash tables commonly use it (Aumasson and
/// Bernstein, "SipHash: a fast short-input PRF", 2012). The words are read little endian.
public struct SipHash: Sendable {
    public let key: (UInt64, UInt64)

    public init(key: (UInt64, UInt64)) {
        self.key = key
    }

    /// The 64-bit hash of `bytes`. O(count).
    public func hash(_ bytes: Bytes) -> UInt64 {
        var state = State(key: key)
        let buffer = unsafe bytes.buffer
        let words = bytes.count / 8
        for index in 0..<words {
            let word = unsafe buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
            state.absorb(UInt64(littleEndian: word))
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        for index in (words * 8)..<bytes.count {
            last |= UInt64(unsafe buffer[index]) << UInt64((index & 7) * 8)
        }
        state.absorb(last)
        return state.finish()
    }
}

extension SipHash {
    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        init(key: (UInt64, UInt64)) {
            v0 = key.0 ^ 0x736F_6D65_7073_6575
            v1 = key.1 ^ 0x646F_7261_6E64_6F6D
            v2 = key.0 ^ 0x6C79_6765_6E65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        mutating func round() {
            v0 &+= v1
            v2 &+= v3
            v1 = (v1 << 13 | v1 >> 51) ^ v0
            v3 = (v3 << 16 | v3 >> 48) ^ v2
            v0 = v0 << 32 | v0 >> 32
            v2 &+= v1
            v0 &+= v3
            v1 = (v1 << 17 | v1 >> 47) ^ v2
            v3 = (v3 << 21 | v3 >> 43) ^ v0
            v2 = v2 << 32 | v2 >> 32
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xFF
            round()
            round()
            round()
            return v0 ^ v1 ^ v2 ^ v3
        }
    }
}
