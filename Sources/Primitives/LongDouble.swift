// SPDX-License-Identifier: Apache-2.0

internal import CPlatform

/// Sums in C's `long double`, as Redis's INCRBYFLOAT and HINCRBYFLOAT form them.
public enum LongDouble {
    /// What a text spells.
    public enum Kind: Sendable {
        case notANumber
        case finite
        case infinite
    }

    /// What `text` spells in the form of C's `strtold`, with nothing before or behind.
    public static func kind(of text: Bytes) -> Kind {
        let kind = unsafe text.buffer.withMemoryRebound(to: CChar.self) { text in
            guard let start = text.baseAddress else { return Int32(0) }
            return unsafe engram_long_double_kind(start, text.count)
        }
        return kind == 0 ? .notANumber : kind == 1 ? .finite : .infinite
    }

    /// The sum of two numbers with up to 17 decimals, without trailing zeros; nil when it is not
    /// finite or one of the texts is no number.
    public static func sum(_ left: Bytes, _ right: Bytes) -> ByteString? {
        let digits = unsafe [UInt8](
            unsafeUninitializedCapacity: Int(ENGRAM_LONG_DOUBLE_TEXT)
        ) { room, count in
            count = unsafe room.withMemoryRebound(to: CChar.self) { room in
                unsafe left.buffer.withMemoryRebound(to: CChar.self) { left in
                    unsafe right.buffer.withMemoryRebound(to: CChar.self) { right in
                        guard let room = room.baseAddress, let first = left.baseAddress,
                            let second = right.baseAddress
                        else { return 0 }
                        return unsafe engram_long_double_sum(
                            first, left.count, second, right.count, room)
                    }
                }
            }
        }
        return digits.isEmpty ? nil : ByteString(digits)
    }
}
