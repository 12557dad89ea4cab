// SPDX-License-Identifier: Apache-2.0

/// The LZF compression of long strings in RDB files.
///
/// A control byte below 32 announces that many plus one literal bytes. Any other names a copy from
/// the output so far: its top three bits are the length minus two (7: a further byte is added), its
/// lower five bits and the last byte the distance minus one.
enum LZF {
    private static let longestLiteral = 32
    private static let longestCopy = 264
    private static let farthest = 8192
    private static let hashBits = 14

    /// The expanded bytes, exactly `count`; nil if `compressed` is not valid or gives another
    /// count.
    static func decompress(_ compressed: [UInt8], count: Int) -> [UInt8]? {
        // No input byte yields more than 264 bytes: refuse before allocating.
        guard count >= 0, count / longestCopy <= compressed.count else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        var index = 0
        while index < compressed.count {
            let control = Int(compressed[index])
            index += 1
            if control < longestLiteral {
                let end = index + control + 1
                guard end <= compressed.count, output.count + control + 1 <= count else {
                    return nil
                }
                output.append(contentsOf: compressed[index..<end])
                index = end
                continue
            }
            var length = control >> 5
            if length == 7 {
                guard index < compressed.count else { return nil }
                length += Int(compressed[index])
                index += 1
            }
            length += 2
            guard index < compressed.count else { return nil }
            let distance = (control & 0x1F) << 8 + Int(compressed[index]) + 1
            index += 1
            guard distance <= output.count, output.count + length <= count else { return nil }
            // The copy may overlap what it writes: byte by byte.
            let start = output.count - distance
            for offset in 0..<length { output.append(output[start + offset]) }
        }
        return output.count == count ? output : nil
    }

    /// The compressed bytes, or nil when they would not be at least four bytes fewer.
    static func compress(_ input: [UInt8]) -> [UInt8]? {
        let limit = input.count - 4
        guard limit > 0 else { return nil }
        var lastSeen = [Int32](repeating: -1, count: 1 << hashBits)
        var output: [UInt8] = []
        output.reserveCapacity(limit)
        var literalStart = 0
        var index = 0
        while index + 2 < input.count {
            let hash = Self.hash(input, at: index)
            let candidate = Int(lastSeen[hash])
            lastSeen[hash] = Int32(truncatingIfNeeded: index)
            guard candidate >= 0, candidate < index, index - candidate <= farthest,
                input[candidate] == input[index], input[candidate + 1] == input[index + 1],
                input[candidate + 2] == input[index + 2]
            else {
                index += 1
                continue
            }
            var length = 3
            let longest = Swift.min(longestCopy, input.count - index)
            while length < longest, input[candidate + length] == input[index + length] {
                length += 1
            }
            appendLiterals(input, literalStart..<index, to: &output)
            appendCopy(length: length, distance: index - candidate, to: &output)
            guard output.count < limit else { return nil }
            index += length
            literalStart = index
        }
        appendLiterals(input, literalStart..<input.count, to: &output)
        return output.count <= limit ? output : nil
    }

    private static func hash(_ input: [UInt8], at index: Int) -> Int {
        let word =
            UInt32(input[index]) << 16 | UInt32(input[index + 1]) << 8 | UInt32(input[index + 2])
        return Int((word &* 0x9E37_79B1) >> UInt32(32 - hashBits))
    }

    private static func appendLiterals(
        _ input: [UInt8], _ range: Range<Int>, to output: inout [UInt8]
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            let count = Swift.min(longestLiteral, range.upperBound - start)
            output.append(UInt8(count - 1))
            output.append(contentsOf: input[start..<(start + count)])
            start += count
        }
    }

    private static func appendCopy(length: Int, distance: Int, to output: inout [UInt8]) {
        let far = distance - 1
        let code = length - 2
        if code < 7 {
            output.append(UInt8(code << 5 | far >> 8))
        } else {
            output.append(UInt8(7 << 5 | far >> 8))
            output.append(UInt8(code - 7))
        }
        output.append(UInt8(far & 0xFF))
    }
}
