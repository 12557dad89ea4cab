// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("MurmurHash")
struct MurmurHashTests {
    /// Computed with the author's reference code.
    @Test(
        "is the 64-bit variant A",
        arguments: [
            ("", 0xD8DF_EA65_85BC_9732),
            ("a", 0x53D2_470A_9B43_B1A7),
            ("abcdefg", 0x22FE_613B_B08C_9602),
            ("abcdefgh", 0xF3A6_5DF5_5991_4567),
            ("hello world, this is murmur", 0x6AB2_80F4_E845_6023),
        ] as [(String, UInt64)])
    func reference(text: String, hash: UInt64) {
        let made = ByteString(text).withBytes { MurmurHash.hash64A($0, seed: 0xADC8_3B19) }
        #expect(made == hash)
    }
}
