// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@Suite("SipHash")
struct SipHashTests {
    @Test("differs by key, by length and by every byte")
    func separation() {
        var random = RandomSource(seed: 7)
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
