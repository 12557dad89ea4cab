// SPDX-License-Identifier: Apache-2.0

/// SipHash-1-2, a keyed hash: without the key nobody can choose inputs that collide.
///
/// One compression round a word and two at the end: what Redis has for its tables (Aumasson and
/// Bernstein, "SipHash: a fast short-input PRF", 2012). The words are read little endian.
public struct SipHash: Sendable {
    public let key: (UInt64, UInt64)

    public init(key: (UInt64, UInt64)) {
        self.key = key
    }

    /// The 64-bit hash of `bytes`. O(count).
    public func hash(_ bytes: Bytes) -> UInt64 {
        var state = State(key: key)
        let count = bytes.count
        var last = UInt64(truncatingIfNeeded: count) << 56
        guard count > 0, let base = unsafe bytes.buffer.baseAddress else {
            state.absorb(last)
            return state.finish()
        }
        let whole = count & ~7
        var offset = 0
        while offset < whole {
            state.absorb(unsafe Self.word(base, at: offset))
            offset &+= 8
        }
        let rest = count & 7
        if count >= 8 {
            // The last eight bytes without those that have been absorbed; 64 bits of shift leave
            // nothing.
            last |= unsafe Self.word(base, at: count &- 8) >> UInt64((8 &- rest) &* 8)
        } else {
            last |= unsafe Self.short(base, count: count)
        }
        state.absorb(last)
        return state.finish()
    }
}

extension SipHash {
    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// One to seven bytes, in reads that may overlap.
    @inline(__always)
    private static func short(_ base: UnsafeRawPointer, count: Int) -> UInt64 {
        if count >= 4 {
            let low = unsafe base.loadUnaligned(as: UInt32.self)
            let high = unsafe base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            return UInt64(UInt32(littleEndian: low))
                | UInt64(UInt32(littleEndian: high)) << UInt64((count &- 4) &* 8)
        }
        let (middle, end) = (count >> 1, count &- 1)
        let first = UInt64(unsafe base.load(as: UInt8.self))
        let second = UInt64(unsafe base.load(fromByteOffset: middle, as: UInt8.self))
        let third = UInt64(unsafe base.load(fromByteOffset: end, as: UInt8.self))
        return first | second << UInt64(middle &* 8) | third << UInt64(end &* 8)
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
            return v0 ^ v1 ^ v2 ^ v3
        }
    }
}
