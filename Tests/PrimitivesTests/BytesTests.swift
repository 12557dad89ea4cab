// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("Bytes")
struct BytesTests {
    @Test("folds any bytes of any length into two words")
    func foldedWords() {
        var random = RandomSource(seed: 3)
        for count in 0...20 {
            for _ in 0..<200 {
                let bytes = (0..<count).map { _ in UInt8(random.below(256)) }
                var expected: [UInt64] = [0, 0]
                for (index, byte) in bytes.prefix(16).enumerated() {
                    expected[index / 8] |=
                        UInt64(byte.lowercasedASCII) << UInt64(index % 8 * 8)
                }
                let folded = ByteString(bytes).withBytes { $0.foldedWords }
                #expect(folded.low == expected[0] && folded.high == expected[1], "\(bytes)")
            }
        }
    }
}
