// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("SipHash")
struct SipHashTests {
    /// Computed with an independent implementation whose SipHash-2-4 gives the paper's test vector;
    /// the key is the bytes 0 to 15, the message the bytes 0 to n - 1.
    @Test(
        "gives the reference's hashes",
        arguments: [
            (0, 0xCEA28B51565C12E2),
            (1, 0x94AAF38C34CE7BA6),
            (2, 0xFE7A42C2C5FAB434),
            (3, 0x1C0D255229C3364C),
            (4, 0x8BE7847A474DFDF5),
            (5, 0x2858F0420F752296),
            (6, 0xE61A8A7D8AC52626),
            (7, 0xF03C4CBCF492B05A),
            (8, 0x606845B4D093AF74),
            (9, 0xE304E78271C74A56),
            (15, 0xEC8F61BC1C8966A6),
            (16, 0x1311F4DFE747A751),
            (63, 0xFF6D07AFACBAD6D9),
        ] as [(Int, UInt64)])
    func vectors(count: Int, hash: UInt64) {
        let hasher = SipHash(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))
        let message = ByteString((0..<count).map { UInt8($0) })
        #expect(message.withBytes { hasher.hash($0) } == hash)
    }

    @Test("differs by key, by length and by every byte")
    func separation() {
        let random = RandomStream(seed: 7)
        let hasher = SipHash(key: (random.next(), random.next()))
        let other = SipHash(key: (random.next(), random.next()))
        var seen: Set<UInt64> = []
        for count in 0..<64 {
            for change in 0..<max(count, 1) {
                var bytes = [UInt8](repeating: 0, count: count)
                if count > 0 { bytes[change] = 1 }
                let string = ByteString(bytes)
                #expect(seen.insert(string.withBytes { hasher.hash($0) }).inserted)
                #expect(string.withBytes { hasher.hash($0) != other.hash($0) })
            }
        }
    }
}
