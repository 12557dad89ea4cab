// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("CRC64")
struct CRC64Tests {
    @Test("has the check value that Redis states")
    func checkValue() {
        let digits = Array("123456789".utf8)
        #expect(CRC64.checksum(digits.span) == 0xE9C6_D914_C4B8_D9CA)
    }

    @Test("does not depend on how the bytes are divided", arguments: 0...40)
    func pieces(first: Int) {
        let bytes = (0..<41).map { UInt8($0 * 37 % 256) }
        var checksum = CRC64()
        checksum.update(bytes.span.extracting(0..<first))
        checksum.update(bytes.span.extracting(first..<41))
        #expect(checksum.value == CRC64.checksum(bytes.span))
    }
}
