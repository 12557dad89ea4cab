// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Testing

@Suite("Text of floating point numbers")
struct DoubleTextTests {
    private func text(_ value: Double) -> String {
        DoubleText.withShortest(value) { $0.description }
    }

    @Test("leaves out the digits that tell no numbers apart when it is asked to")
    func significant() {
        func text(_ value: Double) -> String {
            DoubleText.withSignificant(value) { $0.description }
        }
        #expect(text(0) == "0" && text(-0.0) == "-0" && text(10) == "10" && text(-7.5) == "-7.5")
        #expect(text(1_234_567_890_123_456_768) == "1234567890123456800")
        #expect(text(1e10) == "1e+10" && text(0x1p60) == "1152921504606847000")
        #expect(text(.infinity) == "inf" && text(-.infinity) == "-inf")
    }

    /// What Redis 8.2.3 answers.
    @Test(
        "is Redis's",
        arguments: [
            (0, "0"), (-0.0, "-0"), (3, "3"), (-17, "-17"), (.infinity, "inf"),
            (-.infinity, "-inf"), (0.1, "0.1"), (-1.5, "-1.5"), (3.14159, "3.14159"),
            (1e17, "100000000000000000"), (0x1p60, "1152921504606846976"), (1e20, "1e+20"),
            (-1e20, "-1e+20"), (3.6507222033021477e21, "3650722203302147700000"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"),
            (1.2673605809254695e-6, "1.2673605809254695e-6"), (0.0001, "0.0001"),
            (0.000001, "0.000001"), (1e-7, "1e-7"), (13.361389338970184, "13.361389338970184"),
            (12345.678901234, "1.2345678901234e+4"), (1234.5678901234, "1234.5678901234"),
            (0.03346932340447362, "0.033469323404473617"),
            (-857452.3526629372, "-8.574523526629373e+5"),
            (-7.97135089675163, "-7.9713508967516304"),
            (1273812973436447.2, "1273812973436447.3"),
        ] as [(Double, String)])
    func known(value: Double, expected: String) {
        #expect(text(value) == expected)
    }

    @Test("reads back as the same number", arguments: [1, 2, 3, 4] as [UInt64])
    func roundTrip(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<5_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            // Redis cuts a negative number's eighteenth digit off.
            let written = text(value.magnitude)
            #expect(Double(written) == value.magnitude, "\(value)")
            #expect(written.filter(\.isNumber).count <= 24 || value.magnitude < 1)
        }
    }
}
