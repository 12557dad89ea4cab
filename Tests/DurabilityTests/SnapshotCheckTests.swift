// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import Durability

@Suite("engram check")
struct SnapshotCheckTests {
    @Test("says what is in a file")
    func content() {
        let check = SnapshotCheck(base64(RedisFiles.plain), nowMilliseconds: 4_102_444_800_124)
        #expect(check.isSound)
        #expect(check.version == 12)
        #expect(check.keys == 11)
        #expect(check.expiringKeys == 1)
        #expect(check.expiredKeys == 1)
        #expect(check.expiringFieldHashes == 2)
        #expect(check.kinds[3] == [SnapshotCheck.Kind(name: "hashes", keys: 2, isSupported: true)])
        let others = SnapshotCheck(base64(RedisFiles.otherTypes), nowMilliseconds: 0)
        #expect(others.isSound)
        #expect(others.kinds[0]?.first { $0.name == "sorted sets" }?.isSupported == true)
        #expect(others.lines(path: "f").last == "  sound")
    }

    @Test("describes vector sets and their graphs")
    func vectorSets() {
        let check = SnapshotCheck(base64(RedisFiles.vectorSets), nowMilliseconds: 0)
        #expect(check.isSound)
        #expect(check.vectorSets.count == 4)
        #expect(check.vectorSets.allSatisfy { $0.unreachableNodes == 0 })
        #expect(Set(check.vectorSets.map(\.quantization.label)) == ["f32", "q8", "bin"])
        #expect(check.vectorSets.first { $0.key == "projected" }?.inputDimensions == 4)
    }

    @Test("names the fault and what was read before it")
    func fault() {
        var bytes = base64(RedisFiles.plain)
        bytes[bytes.count / 2] ^= 0x10
        let check = SnapshotCheck(bytes, nowMilliseconds: 0)
        #expect(!check.isSound)
        #expect(check.lines(path: "f").last?.contains("NOT SOUND") == true)
        #expect(!SnapshotCheck([], nowMilliseconds: 0).isSound)
    }
}
