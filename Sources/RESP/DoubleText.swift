// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// The text of floating point numbers as Redis writes it.
public enum DoubleText {
    /// Calls `body` with a short decimal text that reads back as `value`: `inf`, `-inf`, `nan`,
    /// integers without a point, exponents as in `1e+21`.
    ///
    /// The digits are those of Grisu2, as Redis's: in one of a thousand numbers not the shortest.
    public static func withShortest<Result>(_ value: Double, _ body: (Bytes) -> Result) -> Result {
        // Integers up to here are written out, not rounded to the digits that tell them apart.
        if value == value.rounded(.towardZero), abs(value) <= 0x1p62, value != 0 {
            return Int64(value).withDecimal(body)
        }
        return withSignificant(value, body)
    }

    /// The same without an exception for integers: only the digits that tell numbers apart, and
    /// zeros. So Redis writes scores that it makes a digest of.
    public static func withSignificant<Result>(
        _ value: Double, _ body: (Bytes) -> Result
    ) -> Result {
        if value.isNaN { return body(Bytes("nan")) }
        if value.isInfinite { return body(value < 0 ? Bytes("-inf") : Bytes("inf")) }
        if value == 0 { return body(value.sign == .minus ? Bytes("-0") : Bytes("0")) }
        let decimal = Grisu.decimal(of: value.magnitude)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        if value < 0 { text.append(UInt8(ascii: "-")) }
        layOut(decimal.digits, decimal.exponent, isNegative: value < 0, in: &text)
        return ByteString(text).withBytes(body)
    }

    /// `digits` x 10^`exponent`: plain while it stays short.
    private static func layOut(
        _ digits: [UInt8], _ exponent: Int, isNegative: Bool, in text: inout [UInt8]
    ) {
        let count = digits.count
        let magnitude = abs(exponent + count - 1)
        let zero = UInt8(ascii: "0")
        if exponent >= 0, magnitude < count + 7 {
            text += digits
            text += repeatElement(zero, count: exponent)
        } else if exponent < 0, exponent > -7 || magnitude < 4 {
            let point = count + exponent
            if point > 0 {
                text += digits[..<point]
                text.append(UInt8(ascii: "."))
                text += digits[point...]
            } else {
                text += [zero, UInt8(ascii: ".")]
                text += repeatElement(zero, count: -point)
                text += digits
            }
        } else {
            let shown = min(count, isNegative ? 17 : 18)
            text.append(digits[0])
            if shown > 1 {
                text.append(UInt8(ascii: "."))
                text += digits[1..<shown]
            }
            text.append(UInt8(ascii: "e"))
            text.append(exponent + shown - 1 < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            text += Array(String(magnitude).utf8)
        }
    }
}
