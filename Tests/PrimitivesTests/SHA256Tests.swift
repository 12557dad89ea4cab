// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("SHA256")
struct SHA256Tests {
    /// From FIPS 180-4's examples and NIST's short-message vectors.
    @Test(
        "digests the published examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000),
                "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"
            ),
        ]
    )
    func examples(message: String, digest: String) {
        #expect(SHA256.hexadecimalDigest(ByteString(message)) == ByteString(digest))
    }

    @Test("lengths around a block's end differ from each other", arguments: 54...66)
    func padding(count: Int) {
        let shorter = SHA256.digest(ByteString([UInt8](repeating: 0, count: count)))
        let longer = SHA256.digest(ByteString([UInt8](repeating: 0, count: count + 1)))
        #expect(shorter.count == 32)
        #expect(shorter != longer)
    }
}
