// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing
import VectorSearch

@testable import Durability

@Suite("Vector sets in files")
struct VectorSetRecordTests {
    /// Two elements, of which the first ends.
    static let expiring = VectorSetRecord(
        dimensions: 2, quantization: .int8, m: 16,
        nodes: [
            .init(
                identifier: 1, element: "a", attribute: "{}", vector: [127, 0], magnitude: 2,
                range: 1, layers: [.init(links: [2], capacity: 32)],
                expiryMilliseconds: 1_795_247_069_680),
            .init(
                identifier: 2, element: "b", attribute: nil, vector: [0, 127], magnitude: 1,
                range: 1, layers: [.init(links: [1], capacity: 32)]),
        ])

    private func bytes(_ record: VectorSetRecord) -> [UInt8] {
        var encoder = RDBEncoder(compresses: false)
        encoder.value(.vectorSet(record))
        return encoder.bytes
    }

    private func read(_ bytes: [UInt8]) throws(RDBError) -> RDBValue {
        var reader = ByteReader(bytes)
        return try RDBValue(.module2, from: &reader)
    }

    @Test("with elements that end it keeps its bytes, under a name of ours")
    func frozen() throws {
        let bytes = bytes(Self.expiring)
        let hex = "0123456789abcdef".utf8.map { $0 }
        let text = bytes.flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] }
        #expect(String(decoding: text, as: UTF8.self) == Self.expiringBytes)
        #expect(try read(bytes) == .vectorSet(Self.expiring))
        #expect(RDBModuleType.expiringVectorSet.name == "engramvec")
        #expect(RDBModuleType.expiringVectorSet.version == 1)
        #expect(Self.expiring.moduleType == .expiringVectorSet)
    }

    @Test("without any it is Redis's own")
    func plain() throws {
        var record = Self.expiring
        record.nodes[0].expiryMilliseconds = 0
        #expect(record.moduleType == .vectorSet)
        let (plain, expiring) = (bytes(record), bytes(Self.expiring))
        #expect(try read(plain) == .vectorSet(record))
        // The fields are the same as far as they go: the name, then all but the end.
        #expect(plain[9..<(plain.count - 1)] == expiring[9..<(plain.count - 1)])
    }

    @Test("with another metric it is version 2 of ours", arguments: [VectorMetric.l2, .ip])
    func metric(metric: VectorMetric) throws {
        for expires in [false, true] {
            var record = Self.expiring
            if !expires { record.nodes[0].expiryMilliseconds = 0 }
            let before = bytes(record)
            record.metric = metric
            #expect(record.moduleType == .metricVectorSet)
            #expect(RDBModuleType.metricVectorSet.name == "engramvec")
            #expect(RDBModuleType.metricVectorSet.version == 2)
            let bytes = bytes(record)
            // The fields are the same as far as they go, and then it says which.
            #expect(bytes[9..<(before.count - 1)] == before[9..<(before.count - 1)])
            #expect(bytes.suffix(3) == [2, metric.rawValue, 0])
            #expect(try read(bytes) == .vectorSet(record))
            var bad = bytes
            bad[bytes.count - 2] = 3
            #expect(throws: RDBError.self) { try read(bad) }
            let set = try record.makeSet(0, serial: 1, seed: 1)
            #expect(set.metric == metric)
            #expect(VectorSetRecord(set).metric == metric)
        }
        let signs = VectorSetRecord(
            dimensions: 2, quantization: .binary, m: 16, metric: metric, nodes: [])
        #expect(throws: RDBError.self) { try read(bytes(signs)) }
    }

    /// Two elements of halves: (1, 0) and (0, -2).
    static let halves = VectorSetRecord(
        dimensions: 2, quantization: .half, m: 16,
        nodes: [
            .init(
                identifier: 1, element: "a", attribute: nil, vector: [0, 0x3C, 0, 0], magnitude: 1,
                range: 1, layers: [.init(links: [2], capacity: 32)]),
            .init(
                identifier: 2, element: "b", attribute: nil, vector: [0, 0, 0, 0xBC], magnitude: 2,
                range: 1, layers: [.init(links: [1], capacity: 32)]),
        ])

    @Test("of halves it is version 2 of ours, by any metric", arguments: VectorMetric.allCases)
    func halves(metric: VectorMetric) throws {
        for expires in [false, true] {
            var record = Self.halves
            record.metric = metric
            if expires { record.nodes[0].expiryMilliseconds = 1_795_247_069_680 }
            #expect(record.moduleType == .metricVectorSet)
            let bytes = bytes(record)
            #expect(bytes.suffix(3) == [2, metric.rawValue, 0])
            #expect(try read(bytes) == .vectorSet(record))
            let set = try record.makeSet(0, serial: 1, seed: 1)
            #expect(set.quantization == .f16)
            #expect(set.vector(of: Bytes("a"), at: 0) == [1, 0])
            #expect(set.vector(of: Bytes("b"), at: 0) == [0, -2])
            #expect(VectorSetRecord(set).nodes.map(\.vector) == record.nodes.map(\.vector))
            #expect(VectorSetRecord(set).quantization == .half)
        }
    }

    @Test(
        "halves that are no numbers are refused, and halves as Redis's own type",
        arguments: [[0, 0x7C], [1, 0x7C], [0, 0xFC], [0, 0xFE]] as [[UInt8]])
    func badHalves(half: [UInt8]) throws {
        var record = Self.halves
        record.nodes[1].vector = half + [0, 0]
        #expect(throws: RDBError.self) { try read(bytes(record)) }
        var plain = Self.expiring
        plain.nodes[0].expiryMilliseconds = 0
        var file = bytes(plain)
        // The lowest byte of the third number, a 32-bit one, is the quantisation.
        let place = try #require(file.firstRange(of: [0x02, 0x50, 0x01])?.lowerBound)
        #expect(try read(file) == .vectorSet(plain))
        file[place + 2] = 3
        #expect(throws: RDBError.self) { try read(file) }
    }

    @Test(
        "halves stay through a snapshot, its report and a rebuild",
        arguments: VectorMetric.allCases)
    func halvesOfFiles(metric: VectorMetric) throws {
        var keyspace = Keyspace(seed: 1)
        let configuration = try VectorIndexConfiguration(
            dimensions: 100, quantization: .f16, metric: metric, seed: 1)
        let set = VectorSet(configuration: configuration, projection: nil, serial: 1)
        var random = RandomSource(seed: 5)
        for number in 0..<80 {
            let vector = (0..<100).map { _ in Float.random(in: -9...9, using: &random) }
            _ = try ByteString("e\(number)").withBytes { name in
                try set.add(name, vector, attribute: nil, efConstruction: 50)
            }
        }
        keyspace.insert(Bytes("key"), .vectorSet(set))
        let record = VectorSetRecord(set)
        let file = keyspace.encoded()
        var loaded = Keyspace(seed: 2)
        #expect(try Snapshot.load(file, into: &loaded).loadedKeys == 1)
        guard case .vectorSet(let again) = loaded.peek(Bytes("key"))?.value else {
            Issue.record("the set is missing")
            return
        }
        #expect(VectorSetRecord(again).nodes.map(\.vector) == record.nodes.map(\.vector))
        #expect(VectorSetRecord(again).nodes.map(\.range) == record.nodes.map(\.range))
        let check = SnapshotCheck(file, nowMilliseconds: 0)
        #expect(check.isSound)
        #expect(check.lines(path: "f").contains { $0.contains("100 dimensions, f16, M 16") })
        let path = "/tmp/dura-halves-\(File.processIdentifier)-\(metric).rdb"
        defer { try? File.remove(path) }
        for quantization in [nil, .f32, .f16, .q8, .f16] as [VectorQuantization?] {
            if quantization == nil { try File.create(path).write(file.span) }
            var options = IndexRebuild.Options()
            options.verifies = true
            options.quantization = quantization
            let reports = try IndexRebuild(options).run(path)
            #expect(reports.map(\.quantization) == [quantization ?? .f16])
            let rebuilt = try keys(File.contents(of: path))["0/key"]?.value
            guard case .vectorSet(let set) = rebuilt else {
                Issue.record("the set is missing")
                return
            }
            #expect(set.metric == metric)
            if quantization == nil {
                #expect(set.nodes.map(\.vector) == record.nodes.map(\.vector))
                #expect(set.nodes.map(\.range) == record.nodes.map(\.range))
            }
            let error: Float = quantization == .q8 ? 0.2 : 0.02
            for position in set.nodes.indices {
                let (old, new) = (record.vector(at: position), set.vector(at: position))
                #expect(zip(old, new).allSatisfy { abs($0 - $1) < error })
            }
            if quantization == .q8 { break }
        }
    }

    @Test("a metric is in the report and in the digest, and stays through a rebuild")
    func metricOfFiles() throws {
        var digests: Set<[UInt8]> = []
        for metric in VectorMetric.allCases {
            var record = Self.expiring
            record.metric = metric
            var keyspace = Keyspace(seed: 1)
            keyspace.insert(
                Bytes("key"), .vectorSet(try record.makeSet(0, serial: 1, seed: 1)))
            let file = keyspace.encoded()
            let check = SnapshotCheck(file, nowMilliseconds: 0)
            #expect(check.isSound)
            #expect(check.vectorSets.map(\.metric) == [metric])
            let says = check.lines(path: "f").contains { $0.contains(", metric \(metric)") }
            #expect(says == (metric != .cosine))
            let path = "/tmp/dura-metric-\(File.processIdentifier)-\(metric).rdb"
            let output = try File.create(path)
            try output.write(file.span)
            defer { try? File.remove(path) }
            var options = IndexRebuild.Options()
            options.verifies = true
            #expect(try IndexRebuild(options).run(path).count == 1)
            let rebuilt = try keys(File.contents(of: path))["0/key"]?.value
            guard case .vectorSet(let set) = rebuilt else {
                Issue.record("the set is missing")
                continue
            }
            #expect(set.metric == metric)
            #expect(set.nodes.map(\.vector) == record.nodes.map(\.vector))
            guard let entry = keyspace.peek(Bytes("key")) else { continue }
            digests.insert(KeyDigest(valueOf: entry).bytes)
        }
        #expect(digests.count == 3)
    }

    @Test("damaged expiries are refused")
    func damage() throws {
        let good = bytes(Self.expiring)
        // ... count 1, identifier 1, time, end.
        let tail = good.count - 1 - 10
        #expect(good[tail - 4..<tail] == [2, 1, 2, 1])
        for (place, value) in [(tail - 1, UInt8(3)), (tail - 3, 2), (tail - 3, 0), (tail + 3, 1)] {
            var bad = good
            bad[place] = value
            #expect(throws: RDBError.self) { try read(bad) }
        }
    }

    @Test("fuzz: a value or an error")
    func fuzz() {
        var random = RandomSource(seed: 11)
        let good = bytes(Self.expiring)
        for _ in 0..<20_000 {
            var bad = good
            for _ in 0...random.below(3) {
                bad[9 + random.below(bad.count - 9)] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.below(4) == 0 { bad.removeLast(random.below(bad.count - 9)) }
            guard case .vectorSet(let record) = try? read(bad) else { continue }
            #expect(record.graphFault() == nil)
        }
    }

    @Test("a snapshot and back keeps what ends, and when", arguments: [1, 40])
    func snapshot(elements: Int) throws {
        var keyspace = Keyspace(seed: 1)
        var nodes: [VectorSetRecord.Node] = []
        for number in 0..<elements {
            nodes.append(
                .init(
                    identifier: UInt64(number + 1), element: ByteString("e\(number)"),
                    attribute: nil, vector: [127, UInt8(number)], magnitude: 1, range: 1,
                    layers: [.init(links: [], capacity: 32)],
                    expiryMilliseconds: number % 3 == 0 ? Int64(1000 + number) : 0))
        }
        let record = VectorSetRecord(dimensions: 2, quantization: .int8, m: 16, nodes: nodes)
        var encoder = RDBEncoder()
        encoder.value(.vectorSet(record))
        guard case .vectorSet(let set) = try read(encoder.bytes) else { return }
        #expect(set == record)
        keyspace.insert(
            Bytes("key"),
            .vectorSet(try record.makeSet(0, serial: keyspace.nextSerial(), seed: 1)))
        let file = keyspace.encoded()
        let check = SnapshotCheck(file, nowMilliseconds: 0)
        #expect(check.isSound)
        #expect(check.vectorSets.map(\.expiringNodes) == [(elements + 2) / 3])
        #expect(check.lines(path: "f").contains { $0.contains("with an expiry") })
        var loaded = Keyspace(seed: 2)
        #expect(try Snapshot.load(file, into: &loaded).loadedKeys == 1)
        #expect(loaded.nextExpiryMilliseconds() == 1000)
        #expect(try keys(loaded.encoded()) == keys(file))
        loaded.nowMilliseconds = 1000
        loaded.expireDue(limit: .max)
        guard case .vectorSet(let living) = loaded.peek(Bytes("key"))?.value else {
            #expect(elements == 1)
            return
        }
        #expect(living.count == elements - 1)
    }

    @Test(
        "a large set keeps its links, a small one gets sound ones",
        arguments: [VectorMetric.cosine, .l2])
    func links(metric: VectorMetric) throws {
        let set = VectorSet(
            configuration: try VectorIndexConfiguration(
                dimensions: 8, quantization: .q8, m: 4, metric: metric, seed: 1), serial: 1)
        var random = RandomSource(seed: 3)
        var recordOfSmall: VectorSetRecord?
        while !set.index.isGraph {
            let vector = (0..<8).map { _ in Float.random(in: -1...1, using: &random) }
            let name = ByteString("e\(set.count)")
            let isNew = try name.withBytes {
                try set.add($0, vector, attribute: nil, efConstruction: 8)
            }
            #expect(isNew)
            if set.count == 300 { recordOfSmall = VectorSetRecord(set) }
        }
        #expect(set.count >= VectorIndexConfiguration.defaultGraphThreshold)
        for record in [VectorSetRecord(set), try #require(recordOfSmall)] {
            #expect(record.graphFault() == nil && record.unreachableNodeCount() == 0)
            #expect(record.nodes.allSatisfy { $0.layers[0].links.count <= 8 })
            let again = try record.makeSet(0, serial: 2, seed: 2)
            #expect(again.index.isGraph == (record.nodes.count == set.count))
            let written = VectorSetRecord(again)
            #expect(written.nodes.map(\.vector) == record.nodes.map(\.vector))
            #expect(
                written.nodes.map { $0.layers.map { Set($0.links) } }
                    == record.nodes.map { $0.layers.map { Set($0.links) } })
            let unlinked = VectorSetRecord(again, hasLinks: false)
            #expect(unlinked.nodes.map(\.vector) == record.nodes.map(\.vector))
        }
    }

    private static let expiringBytes =
        "817a782b6a6bde700102020202025001020205016105027b7d05027f000206020102000201022002020281"
        + "3f8000004000000005016205000502007f02060202020002010220020102813f8000003f80000002010201"
        + "0281000001a1fd1059f000"
}
