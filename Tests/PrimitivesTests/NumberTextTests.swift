// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("Number text")
struct NumberTextTests {
    @Test(
        "prints and reads integers back",
        arguments: [0, 1, -1, 9, 10, 99, 100, -100, .max, .min, .max - 1, .min + 1] as [Int64])
    func roundTrip(number: Int64) {
        let text = number.withDecimal { ByteString($0) }
        #expect(text == ByteString(String(number)))
        #expect(text.withBytes { Int64(strict: $0) } == number)
    }

    @Test(
        "refuses what is no integer",
        arguments: [
            "", "-", "+1", " 1", "1 ", "01", "-0", "00", "1.0", "0x1", "a", "9223372036854775808",
            "-9223372036854775809", "99999999999999999999", "184467440737095516160",
        ] as [ByteString])
    func noInteger(text: ByteString) {
        #expect(text.withBytes { Int64(strict: $0) } == nil)
    }

    @Test(
        "reads floating point numbers",
        arguments: [
            ("1", 1), ("-1.5", -1.5), ("1e3", 1000), ("0x10", 16), ("inf", .infinity),
            ("-inf", -.infinity), (".5", 0.5), ("+2", 2),
        ] as [(ByteString, Double)])
    func double(text: ByteString, value: Double) {
        #expect(text.withBytes { Double(strict: $0) } == value)
    }

    @Test(
        "refuses what is no floating point number",
        arguments: ["", " 1", "1 ", "nan", "1\0", "1,5", "e", "--1"] as [ByteString])
    func noDouble(text: ByteString) {
        #expect(text.withBytes { Double(strict: $0) } == nil)
    }

    @Test("prints floating point numbers as printf does")
    func printed() {
        #expect(NumberText.fixed(200, decimals: 6) == "200.000000")
        #expect(NumberText.fixed(-.infinity, decimals: 6) == "-inf")
        #expect(NumberText.fixed(1e308, decimals: 6).count == 316)
        #expect(NumberText.significant(0.1, digits: 17) == "0.10000000000000001")
        #expect(NumberText.significant(3, digits: 17) == "3")
        #expect(NumberText.significant(-1e300, digits: 17) == "-1.0000000000000001e+300")
    }
}
