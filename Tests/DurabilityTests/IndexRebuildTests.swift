// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Synchronization
import Testing
import VectorSearch

@testable import Durability

@Suite("engram rebuild")
struct IndexRebuildTests {
    /// Runs `body` with a file of its own that holds `bytes`.
    private func withFile(
        _ name: String, _ bytes: [UInt8], _ body: (String) throws -> Void
    ) throws {
        let path = "/tmp/dura-rebuild-\(File.processIdentifier)-\(name).rdb"
        let file = try File.create(path)
        try file.write(bytes.span)
        defer { try? File.remove(path) }
        try body(path)
    }

    @Test("gives new graphs to the sets that match, and leaves all else to the bit")
    func rebuilds() throws {
        let original = base64(RedisFiles.vectorSets)
        try withFile("all", original) { (path) throws in
            var options = IndexRebuild.Options()
            options.select("set*")
            options.m = 8
            options.verifies = true
            let reports = try IndexRebuild(options).run(path)
            #expect(reports.count == 3)
            #expect(reports.allSatisfy { $0.nodes == 12 && $0.m == 8 && $0.recallAfter == 1 })
            #expect(reports.allSatisfy { $0.recallBefore == 1 })
            let (before, after) = (try keys(original), try keys(File.contents(of: path)))
            #expect(before["0/projected"] == after["0/projected"])
            for name in ["0/setNOQUANT", "0/setQ8", "0/setBIN"] {
                guard case .vectorSet(let old) = before[name]?.value,
                    case .vectorSet(let new) = after[name]?.value
                else {
                    Issue.record("\(name) is missing")
                    continue
                }
                #expect(new.m == 8)
                #expect(new.graphFault() == nil)
                #expect(new.nodes.map(\.element) == old.nodes.map(\.element))
                #expect(new.nodes.map(\.vector) == old.nodes.map(\.vector))
                #expect(new.nodes.map(\.attribute) == old.nodes.map(\.attribute))
                #expect(new.nodes.map(\.magnitude) == old.nodes.map(\.magnitude))
            }
        }
    }

    @Test("keeps what ends, and when")
    func expiries() throws {
        guard case .vectorSet(var set) = try keys(base64(RedisFiles.vectorSets))["0/setQ8"]?.value
        else { return }
        for place in [0, 3, 11] { set.nodes[place].expiryMilliseconds = Int64(place + 1) * 1000 }
        var keyspace = Keyspace(seed: 1)
        keyspace.insert(
            Bytes("set"), .vectorSet(try set.makeSet(0, serial: 1, seed: 1)))
        try withFile("expiries", keyspace.encoded()) { (path) throws in
            var options = IndexRebuild.Options()
            options.verifies = true
            #expect(try IndexRebuild(options).run(path).count == 1)
            guard case .vectorSet(let new) = try keys(File.contents(of: path))["0/set"]?.value
            else {
                Issue.record("the set is missing")
                return
            }
            let expected = set.nodes.map { [$0.element: $0.expiryMilliseconds] }
            let found = new.nodes.map { [$0.element: $0.expiryMilliseconds] }
            #expect(Set(found) == Set(expected))
        }
    }

    @Test("changes the quantisation", arguments: VectorQuantization.allCases)
    func quantization(to quantization: VectorQuantization) throws {
        let original = base64(RedisFiles.vectorSets)
        try withFile("quantization-\(quantization)", original) { (path) throws in
            var options = IndexRebuild.Options()
            options.quantization = quantization
            #expect(try IndexRebuild(options).run(path).count == 4)
            let check = try SnapshotCheck(path: path, nowMilliseconds: 0)
            #expect(check.isSound)
            #expect(check.vectorSets.count == 4)
            #expect(Set(check.vectorSets.map(\.quantization)).count == 1)
        }
    }

    @Test("called off at any moment it leaves the old file whole", arguments: 0..<48)
    func calledOff(after count: Int) throws {
        let original = base64(RedisFiles.vectorSets)
        try withFile("off-\(count)", original) { (path) throws in
            let left = Mutex(count)
            let rebuild = IndexRebuild(IndexRebuild.Options()) { _ in
                left.withLock { left in
                    left -= 1
                    return left >= 0
                }
            }
            if (try? rebuild.run(path)) == nil {
                #expect(try File.contents(of: path) == original)
            } else {
                #expect(try SnapshotCheck(path: path, nowMilliseconds: 0).isSound)
            }
        }
    }

    @Test("without a set that matches nothing is written, and a damaged file is refused")
    func nothing() throws {
        var bytes = base64(RedisFiles.plain)
        try withFile("none", bytes) { (path) throws in
            #expect(try IndexRebuild(IndexRebuild.Options()).run(path).isEmpty)
            #expect(try File.contents(of: path) == bytes)
        }
        bytes[100] ^= 1
        try withFile("damaged", bytes) { (path) throws in
            #expect(throws: IndexRebuild.Failure.self) {
                try IndexRebuild(IndexRebuild.Options()).run(path)
            }
        }
        #expect(throws: IndexRebuild.Failure.self) {
            try IndexRebuild(IndexRebuild.Options()).run("/nowhere.rdb")
        }
    }
}
