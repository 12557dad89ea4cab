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
            (0, 0xABAC0158050FC4DC),
            (1, 0xC9F49BF37D57CA93),
            (7, 0xD3927D989BB11140),
            (8, 0x369095118D299A8E),
            (9, 0x25A48EB36C063DE4),
            (15, 0xD320D86D2A519956),
            (16, 0xCC4FDD1A7D908B66),
            (63, 0x9D199062B7BBB3A8),
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
