// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

extension Int64 {
    /// The number that `bytes` spell in Redis's strict form: an optional minus, no plus, no space,
    /// no leading zero, nothing behind; nil for all else, overflow included.
    public init?(strict bytes: Bytes) {
        guard bytes.count > 0, bytes.count <= 20 else { return nil }
        var index = 0
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        guard index < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: "0") {
            guard bytes.count == 1 else { return nil }
            self = 0
            return
        }
        var magnitude: UInt64 = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            magnitude = sum
            index += 1
        }
        if isNegative {
            guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
            self = Int64(bitPattern: ~magnitude &+ 1)
        } else {
            guard magnitude <= UInt64(Int64.max) else { return nil }
            self = Int64(magnitude)
        }
    }

    /// Calls `body` with the number's decimal text, at most 20 bytes.
    @inlinable
    public func withDecimal<Result>(_ body: (Bytes) -> Result) -> Result {
        unsafe withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { buffer in
            var index = 24
            var rest = magnitude
            repeat {
                index -= 1
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
                unsafe buffer[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: remainder)
                rest = quotient
            } while rest != 0
            if self < 0 {
                index -= 1
                unsafe buffer[index] = UInt8(ascii: "-")
            }
            return unsafe body(Bytes(UnsafeRawBufferPointer(rebasing: buffer[index..<24])))
        }
    }
}

extension Double {
    /// The number that `bytes` spell as C's `strtod` reads it (decimal, exponent, hexadecimal,
    /// `inf`), with nothing before or behind; nil for all else and for NaN. A number too large or
    /// too small is nil too, unless `clamping` makes it infinite or zero.
    public init?(strict bytes: Bytes, clamping: Bool = false) {
        guard bytes.count > 0 else { return nil }
        if let integer = Self.integer(of: bytes) {
            self = integer
            return
        }
        // strtod would skip white space, and a zero byte would end the text early.
        guard !Self.isSpace(bytes[0]), bytes.firstIndex(of: 0) == nil else { return nil }
        let value: Double? = unsafe withUnsafeTemporaryAllocation(
            of: CChar.self, capacity: bytes.count + 1
        ) { text in
            for index in 0..<bytes.count { unsafe text[index] = CChar(bitPattern: bytes[index]) }
            unsafe text[bytes.count] = 0
            guard let start = text.baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            errno = 0
            let parsed = unsafe strtod(start, &end)
            guard unsafe end == start + bytes.count, !parsed.isNaN else { return nil }
            // Too large or too small for a Double; an infinity that is spelled out is neither.
            if !clamping, errno == ERANGE, parsed.isInfinite || parsed == 0 { return nil }
            return parsed
        }
        guard let value else { return nil }
        self = value
    }

    /// The number that up to 15 digits spell, which a Double holds exactly; nil for all else. Most
    /// numbers are such, and strtod takes ten times as long.
    private static func integer(of bytes: Bytes) -> Double? {
        guard bytes.count <= 15 else { return nil }
        var number: Int64 = 0
        for index in 0..<bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            number = number * 10 + Int64(digit)
        }
        return Double(number)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }
}

/// The text of floating point numbers as C's `printf` writes it.
public enum NumberText {
    /// With so many digits behind the point: `%.*f`.
    public static func fixed(_ value: Double, decimals: Int) -> ByteString {
        // The longest has 309 digits before the point.
        printed("%.*f", value, decimals, room: 320 + decimals)
    }

    /// With so many digits that count, trailing zeros left out: `%.*g`.
    public static func significant(_ value: Double, digits: Int) -> ByteString {
        printed("%.*g", value, digits, room: 32 + digits)
    }

    private static func printed(
        _ format: StaticString, _ value: Double, _ precision: Int, room: Int
    ) -> ByteString {
        let text = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            let written = unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                unsafe format.utf8Start.withMemoryRebound(to: CChar.self, capacity: 1) { format in
                    unsafe withVaList([Int32(precision), value]) { arguments in
                        unsafe vsnprintf(text.baseAddress, room, format, arguments)
                    }
                }
            }
            count = Swift.max(0, Swift.min(room - 1, Int(written)))
        }
        return ByteString(text)
    }
}
