// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("LongDouble")
struct LongDoubleTests {
    @Test(
        "adds as Redis does",
        arguments: [
            ("10.50", "0.1", "10.6"), ("5.0e3", "2.0e2", "5200"), ("0", "-0.0", "0"),
            ("3", "1.000000000000005", "4.000000000000005"), ("-1.5", "1.5", "0"),
            ("1e300", "0", nil), ("0x10", "1", "17"),
        ] as [(StaticString, StaticString, ByteString?)]
    )
    func sums(left: StaticString, right: StaticString, sum: ByteString?) {
        let actual = LongDouble.sum(Bytes(left), Bytes(right))
        if let sum {
            #expect(actual == sum)
        } else {
            #expect(actual?.count == 301)
        }
    }

    @Test("has no sum that is not finite")
    func infinite() {
        #expect(LongDouble.sum(Bytes("1e4932"), Bytes("1e4932")) == nil)
        #expect(LongDouble.sum(Bytes("inf"), Bytes("1")) == nil)
        #expect(LongDouble.sum(Bytes("one"), Bytes("1")) == nil)
    }

    @Test(
        "tells what a text spells",
        arguments: [
            ("1", .finite), ("-1e-3", .finite), ("inf", .infinite), ("-Infinity", .infinite),
            ("", .notANumber), (" 1", .notANumber), ("1 ", .notANumber), ("nan", .notANumber),
            ("1\0", .notANumber), ("1e5000", .notANumber), ("1e-5000", .notANumber),
        ] as [(StaticString, LongDouble.Kind)]
    )
    func kinds(text: StaticString, kind: LongDouble.Kind) {
        #expect(LongDouble.kind(of: Bytes(text)) == kind)
    }
}
