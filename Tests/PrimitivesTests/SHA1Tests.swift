// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("SHA1")
struct SHA1Tests {
    @Test(
        "gives the digests of the standard",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
        ])
    func vectors(message: String, digest: String) {
        let digits = SHA1.digest(Array(message.utf8)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 0x0F, radix: 16)
        }
        #expect(digits.joined() == digest)
    }

    @Test("takes messages of any length")
    func long() {
        let digest = SHA1.digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(digest.prefix(4) == [0x34, 0xaa, 0x97, 0x3c])
    }
}
