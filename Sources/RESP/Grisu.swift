// SPDX-License-Identifier: Apache-2.0

/// Decimal digits of binary floating point numbers (Loitsch, "Printing floating-point numbers
/// quickly and accurately with integers", 2010; the second of its algorithms).
///
/// The digits read back as the number and are nearly always the fewest that do. All the arithmetic
/// is on 64-bit integers; where it rounds, it rounds as Redis's does, so that the rare exceptions
/// are the same.
enum Grisu {
    /// A number `fraction` x 2^`exponent`.
    private struct Scaled {
        var fraction: UInt64
        var exponent: Int

        /// The product's upper half, rounded.
        func times(_ other: Scaled) -> Scaled {
            let (high, low) = fraction.multipliedFullWidth(by: other.fraction)
            return Scaled(
                fraction: high &+ low >> 63, exponent: exponent + other.exponent + 64)
        }

        /// The same number with the top bit set.
        var normalized: Scaled {
            let shift = fraction.leadingZeroBitCount
            return Scaled(fraction: fraction << UInt64(shift), exponent: exponent - shift)
        }
    }

    /// Digits and exponent of ten of a positive, finite number.
    static func decimal(of value: Double) -> (digits: [UInt8], exponent: Int) {
        let hiddenBit: UInt64 = 1 << 52
        let bits = value.bitPattern & (hiddenBit - 1)
        let biased = Int(value.bitPattern >> 52 & 0x7FF)
        let number = Scaled(
            fraction: biased == 0 ? bits : bits | hiddenBit,
            exponent: (biased == 0 ? 1 : biased) - 1075)
        // Whatever is nearer to the number than to its neighbours lies between these two.
        let above = Scaled(
            fraction: number.fraction << 1 + 1, exponent: number.exponent - 1
        ).normalized
        let shift = number.fraction == hiddenBit ? 2 : 1
        let belowExponent = number.exponent - shift
        let below = Scaled(
            fraction: (number.fraction << UInt64(shift) - 1)
                << UInt64(belowExponent - above.exponent),
            exponent: above.exponent)
        let (power, powerExponent) = cachedPower(for: above.exponent)
        let middle = number.normalized.times(power)
        var high = above.times(power)
        var low = below.times(power)
        // The products are off by less than one.
        low.fraction &+= 1
        high.fraction &-= 1
        return digits(middle.fraction, between: low.fraction, and: high, -powerExponent)
    }

    /// Makes digits of `high` until what is left tells it from all but the number.
    private static func digits(
        _ middle: UInt64, between low: UInt64, and high: Scaled, _ exponent: Int
    ) -> (digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = []
        digits.reserveCapacity(18)
        let shift = UInt64(-high.exponent)
        let one: UInt64 = 1 << shift
        let distance = high.fraction &- middle
        var width = high.fraction &- low
        var whole = high.fraction >> shift
        var part = high.fraction & (one - 1)
        var divisor: UInt64 = 1_000_000_000
        var left = 10
        while left > 0 {
            let digit = whole / divisor
            if digit > 0 || !digits.isEmpty { digits.append(UInt8(ascii: "0") + UInt8(digit)) }
            whole -= digit * divisor
            left -= 1
            let rest = whole << shift &+ part
            if rest <= width {
                round(&digits, width, rest, divisor << shift, distance)
                return (digits, exponent + left)
            }
            divisor /= 10
        }
        var scale: UInt64 = 1
        while true {
            part = part &* 10
            width = width &* 10
            scale = scale &* 10
            left -= 1
            let digit = part >> shift
            if digit > 0 || !digits.isEmpty { digits.append(UInt8(ascii: "0") + UInt8(digit)) }
            part &= one - 1
            if part < width {
                round(&digits, width, part, one, distance &* scale)
                return (digits, exponent + left)
            }
        }
    }

    /// Brings the last digit as near to the number as it can be within the width.
    private static func round(
        _ digits: inout [UInt8], _ width: UInt64, _ rest: UInt64, _ unit: UInt64,
        _ distance: UInt64
    ) {
        guard !digits.isEmpty else { return }
        var rest = rest
        while rest < distance, width &- rest >= unit,
            rest &+ unit < distance || distance &- rest > rest &+ unit &- distance
        {
            digits[digits.count - 1] &-= 1
            rest = rest &+ unit
        }
    }

    /// A power of ten that brings a number with this exponent to one of -60 to -32.
    private static func cachedPower(for exponent: Int) -> (Scaled, Int) {
        let guess = Int(-Double(exponent + powers.count) * 0.30102999566398114)
        var index = max(0, min(powers.count - 1, (guess - firstPower) / powerStep))
        while true {
            let power = firstPower + index * powerStep
            // 1741647 / 2^19 is the logarithm of ten to the base of two, near enough for these.
            let powerExponent = (power * 1_741_647) >> 19 - 63
            let sum = exponent + powerExponent + 64
            if sum < -60, index < powers.count - 1 {
                index += 1
            } else if sum > -32, index > 0 {
                index -= 1
            } else {
                return (Scaled(fraction: powers[index], exponent: powerExponent), power)
            }
        }
    }

    private static let firstPower = -348
    private static let powerStep = 8
    /// The leading 64 bits, rounded, of every eighth power of ten from 10^-348 on.
    private static let powers: [UInt64] = [
        0xFA8F_D5A0_081C_0288, 0xBAAE_E17F_A23E_BF76, 0x8B16_FB20_3055_AC76, 0xCF42_894A_5DCE_35EA,
        0x9A6B_B0AA_5565_3B2D, 0xE61A_CF03_3D1A_45DF, 0xAB70_FE17_C79A_C6CA, 0xFF77_B1FC_BEBC_DC4F,
        0xBE56_91EF_416B_D60C, 0x8DD0_1FAD_907F_FC3C, 0xD351_5C28_3155_9A83, 0x9D71_AC8F_ADA6_C9B5,
        0xEA9C_2277_23EE_8BCB, 0xAECC_4991_4078_536D, 0x823C_1279_5DB6_CE57, 0xC210_9436_4DFB_5637,
        0x9096_EA6F_3848_984F, 0xD774_85CB_2582_3AC7, 0xA086_CFCD_97BF_97F4, 0xEF34_0A98_172A_ACE5,
        0xB238_67FB_2A35_B28E, 0x84C8_D4DF_D2C6_3F3B, 0xC5DD_4427_1AD3_CDBA, 0x936B_9FCE_BB25_C996,
        0xDBAC_6C24_7D62_A584, 0xA3AB_6658_0D5F_DAF6, 0xF3E2_F893_DEC3_F126, 0xB5B5_ADA8_AAFF_80B8,
        0x8762_5F05_6C7C_4A8B, 0xC9BC_FF60_34C1_3053, 0x964E_858C_91BA_2655, 0xDFF9_7724_7029_7EBD,
        0xA6DF_BD9F_B8E5_B88F, 0xF8A9_5FCF_8874_7D94, 0xB944_7093_8FA8_9BCF, 0x8A08_F0F8_BF0F_156B,
        0xCDB0_2555_6531_31B6, 0x993F_E2C6_D07B_7FAC, 0xE45C_10C4_2A2B_3B06, 0xAA24_2499_6973_92D3,
        0xFD87_B5F2_8300_CA0E, 0xBCE5_0864_9211_1AEB, 0x8CBC_CC09_6F50_88CC, 0xD1B7_1758_E219_652C,
        0x9C40_0000_0000_0000, 0xE8D4_A510_0000_0000, 0xAD78_EBC5_AC62_0000, 0x813F_3978_F894_0984,
        0xC097_CE7B_C907_15B3, 0x8F7E_32CE_7BEA_5C70, 0xD5D2_38A4_ABE9_8068, 0x9F4F_2726_179A_2245,
        0xED63_A231_D4C4_FB27, 0xB0DE_6538_8CC8_ADA8, 0x83C7_088E_1AAB_65DB, 0xC45D_1DF9_4271_1D9A,
        0x924D_692C_A61B_E758, 0xDA01_EE64_1A70_8DEA, 0xA26D_A399_9AEF_774A, 0xF209_787B_B47D_6B85,
        0xB454_E4A1_79DD_1877, 0x865B_8692_5B9B_C5C2, 0xC835_53C5_C896_5D3D, 0x952A_B45C_FA97_A0B3,
        0xDE46_9FBD_99A0_5FE3, 0xA59B_C234_DB39_8C25, 0xF6C6_9A72_A398_9F5C, 0xB7DC_BF53_54E9_BECE,
        0x88FC_F317_F222_41E2, 0xCC20_CE9B_D35C_78A5, 0x9816_5AF3_7B21_53DF, 0xE2A0_B5DC_971F_303A,
        0xA8D9_D153_5CE3_B396, 0xFB9B_7CD9_A4A7_443C, 0xBB76_4C4C_A7A4_4410, 0x8BAB_8EEF_B640_9C1A,
        0xD01F_EF10_A657_842C, 0x9B10_A4E5_E991_3129, 0xE710_9BFB_A19C_0C9D, 0xAC28_20D9_623B_F429,
        0x8044_4B5E_7AA7_CF85, 0xBF21_E440_03AC_DD2D, 0x8E67_9C2F_5E44_FF8F, 0xD433_179D_9C8C_B841,
        0x9E19_DB92_B4E3_1BA9, 0xEB96_BF6E_BADF_77D9, 0xAF87_023B_9BF0_EE6B,
    ]
}
