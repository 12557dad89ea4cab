// SPDX-License-Identifier: Apache-2.0

import Durability
import Primitives
import Store
import Testing

@Suite("Snapshots of the keyspace")
struct SnapshotTests {
    @Test("what Redis wrote is loaded, and written again as the same")
    func loadsRedis() throws {
        var keyspace = Keyspace(seed: 1)
        keyspace.nowMilliseconds = 1000
        let original = base64(RedisFiles.plain)
        let report = try Snapshot.load(original, into: &keyspace)
        #expect(report.loadedKeys == 11)
        #expect(report.version == 12)
        #expect(report.auxiliary.first?.name == "redis-ver")
        try expectEqual(keys(keyspace.encoded()), keys(original))
        try expectEqual(keys(keyspace.encoded(compresses: false)), keys(original))
    }

    @Test("the lowest version that carries the data is written")
    func version() throws {
        var keyspace = Keyspace(seed: 1)
        keyspace.setString(Bytes("a"), Bytes("1"))
        #expect(try RDBReader(keyspace.encoded()).version == 10)
        _ = try Snapshot.load(base64(RedisFiles.plain), into: &keyspace)
        #expect(try RDBReader(keyspace.encoded()).version == 12)
    }

    @Test("few integers are written as such, and sets come back in their forms")
    func sets() throws {
        var keyspace = Keyspace(seed: 1)
        let limits = keyspace.setLimits
        func insert(_ name: StaticString, _ members: [String]) {
            let set = SetValue(.intset, limits: limits)
            for member in members {
                ByteString(member).withBytes { _ = set.add($0, limits: limits) }
            }
            keyspace.insert(Bytes(name), .set(set))
        }
        insert("few", ["3", "-70000", "12"])
        let packed: [UInt8] = [11, 3] + Array("few".utf8) + [20, 4, 0, 0, 0, 3, 0, 0, 0]
        let file = keyspace.encoded(compresses: false)
        #expect(file.indices.contains { file[$0...].starts(with: packed) })
        insert("mixed", ["3", "x"])
        insert("many", (0..<513).map { "\($0)" })
        insert("large", (0..<129).map { "m\($0)" })
        var other = Keyspace(seed: 2)
        _ = try Snapshot.load(keyspace.encoded(), into: &other)
        for name: StaticString in ["few", "mixed", "many", "large"] {
            let (before, after) = (keyspace.peek(Bytes(name)), other.peek(Bytes(name)))
            #expect(before?.encodingName.description == after?.encodingName.description)
            #expect(before?.value.collection?.count == after?.value.collection?.count)
        }
    }

    @Test("keys whose time has come are left out, as Redis does")
    func expired() throws {
        var keyspace = Keyspace(seed: 1)
        keyspace.nowMilliseconds = 4_102_444_800_124
        let report = try Snapshot.load(base64(RedisFiles.plain), into: &keyspace)
        #expect(report.expiredKeys == 1)
        #expect(keyspace.peek(Bytes("ending")) == nil)
    }

    @Test("sets, sorted sets and streams are loaded; a database that is not there is refused")
    func otherTypes() throws {
        var keyspace = Keyspace(seed: 1)
        let report = try Snapshot.load(base64(RedisFiles.otherTypes), into: &keyspace)
        #expect(report.loadedKeys == 5)
        #expect(keyspace.count == 5)
        var small = Keyspace(databaseCount: 2, seed: 1)
        #expect(throws: RDBError.self) {
            try Snapshot.load(base64(RedisFiles.plain), into: &small)
        }
    }

    @Test("any keyspace comes back from its file", arguments: 1...10 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var keyspace = Keyspace(seed: seed)
        keyspace.nowMilliseconds = 1_000_000
        let keyCount = random.below(60)
        for index in 0..<keyCount {
            let database = random.below(3)
            let name = ByteString("key\(index)")
            let value = Self.value(&random)
            keyspace.inDatabase(database) { keyspace in
                name.withBytes { Self.insert(value, at: $0, &keyspace, &random) }
            }
        }
        let file = keyspace.encoded(compresses: seed % 2 == 0)
        var other = Keyspace(seed: seed &+ 99)
        other.nowMilliseconds = 1_000_000
        #expect(try Snapshot.load(file, into: &other).loadedKeys == keyCount)
        try expectEqual(keys(other.encoded()), keys(file))
        #expect(try keys(file).count == keyCount)
    }

    @Test("a file appears whole, and an error leaves the old one and no other")
    func files() throws {
        var keyspace = Keyspace(seed: 1)
        for index in 0..<2000 {
            let name = ByteString("key\(index)")
            name.withBytes { _ = keyspace.setString($0, $0) }
        }
        let path = "/tmp/dura-snapshot-\(File.processIdentifier).rdb"
        defer { try? File.remove(path) }
        let header = Snapshot.Header(createdSeconds: 1)
        let report = try Snapshot.save(keyspace.snapshot(), to: path, header: header)
        #expect(report.keys == 2000)
        let bytes = try File.contents(of: path)
        #expect(bytes.count == report.bytes)
        #expect(throws: SnapshotError.cancelled) {
            try Snapshot.save(keyspace.snapshot(), to: path, header: header) { _ in false }
        }
        #expect(try File.contents(of: path) == bytes)
        #expect(throws: FileError.self) {
            try File.contents(of: "/tmp/temp-\(File.processIdentifier).rdb")
        }
        var other = Keyspace(seed: 2)
        #expect(try Snapshot.load(path, into: &other).loadedKeys == 2000)
        #expect(throws: SnapshotError.self) {
            try Snapshot.save(keyspace.snapshot(), to: "/nowhere/at/all.rdb", header: header)
        }
        #expect(throws: SnapshotError.self) { try Snapshot.load("/nowhere.rdb", into: &other) }
    }

    @Test("Redis's vector sets come back, and answer")
    func vectorSets() throws {
        let original = base64(RedisFiles.vectorSets)
        var keyspace = Keyspace(seed: 1)
        #expect(try Snapshot.load(original, into: &keyspace).loadedKeys == 4)
        let (before, after) = (try keys(original), try keys(keyspace.encoded()))
        for (name, key) in before {
            guard case .vectorSet(let old) = key.value,
                case .vectorSet(let new) = after[name]?.value
            else {
                Issue.record("\(name) is missing")
                continue
            }
            #expect(new.projection == old.projection)
            #expect(new.quantization == old.quantization)
            let nodes = old.nodes.sorted { $0.identifier < $1.identifier }
            #expect(new.nodes.map(\.identifier) == nodes.map(\.identifier))
            #expect(new.nodes.map(\.element) == nodes.map(\.element))
            #expect(new.nodes.map(\.attribute) == nodes.map(\.attribute))
            #expect(new.nodes.map(\.vector) == nodes.map(\.vector))
            #expect(new.nodes.map(\.magnitude) == nodes.map(\.magnitude))
            // Few elements are all linked with each other, on one level.
            let all = Set(nodes.map(\.identifier))
            for node in new.nodes {
                let others = all.subtracting([node.identifier])
                #expect(node.layers.map { Set($0.links) } == [others])
            }
        }
        guard case .vectorSet(let set) = keyspace.peek(Bytes("setQ8"))?.value,
            let query = set.vector(of: Bytes("e7"), at: 0)
        else {
            Issue.record("no set")
            return
        }
        let found = set.search(VectorSet.SearchRequest(query: query, count: 3, ef: 50, at: 0))
        #expect(found.first?.name == "e7")
    }

    @Test("a set without its links answered is refused")
    func brokenGraph() throws {
        guard case .vectorSet(var set) = try keys(base64(RedisFiles.vectorSets))["0/setQ8"]?.value
        else { return }
        #expect(set.graphFault() == nil)
        let link = set.nodes[0].layers[0].links.removeLast()
        #expect(set.graphFault() != nil)
        set.nodes[0].layers[0].links.append(set.nodes[0].identifier)
        #expect(set.graphFault() != nil)
        set.nodes[0].layers[0].links[set.nodes[0].layers[0].links.count - 1] = link
        #expect(set.graphFault() == nil)
    }

    @Test("contexts come back whole")
    func contexts() throws {
        let log = try ContextLog(
            ContextMetadata(
                version: 9, nextSeq: 12, dimension: 1,
                replies: [("token", ContextReply(seq: 3, version: 2, tokens: 77))]))
        let vector: [UInt8] = [0, 0, 0x80, 0x3F]
        try ByteString(vector).withBytes { vector in
            try log.restore(
                ContextMessage(
                    seq: 2, timeMilliseconds: 1000, role: Bytes("assistant"),
                    content: Bytes("let me look"), tokens: 5, isEstimated: true,
                    calls: [Bytes("call-1"), Bytes("call-2")], attribute: Bytes("{}"),
                    vector: vector))
        }
        try log.restore(
            ContextMessage(
                seq: 7, timeMilliseconds: 2000, role: Bytes("tool"), content: Bytes(""),
                tokens: 1, result: Bytes("call-2")))
        var keyspace = Keyspace(seed: 1)
        keyspace.insert(Bytes("talk"), .context(log))
        let file = keyspace.encoded()
        guard case .context(let record) = try keys(file)["0/talk"]?.value else {
            Issue.record("no context")
            return
        }
        #expect(record.version == 9)
        #expect(record.nextSequence == 12)
        #expect(record.messages.map(\.sequence) == [2, 7])
        #expect(record.messages[0].calls == ["call-1", "call-2"])
        #expect(record.messages[0].vector == vector)
        #expect(record.messages[1].result == "call-2")
        #expect(record.receipts.map(\.token) == ["token"])
        var other = Keyspace(seed: 2)
        _ = try Snapshot.load(file, into: &other)
        #expect(try keys(other.encoded()) == keys(file))
        guard case .context(let loaded) = other.peek(Bytes("talk"))?.value else { return }
        #expect(loaded.openCallIDs == ["call-1"])
    }

    @Test("the disk that is full is said to be")
    func fullDisk() {
        #expect(FileError(operation: "write", path: "f", code: 28).isOutOfSpace)
        #expect(
            FileError(operation: "write", path: "f", code: 28).description
                == "cannot write 'f': No space left on device")
    }

    // MARK: - Random values

    private static func text(_ random: inout RandomSource) -> ByteString {
        switch random.below(6) {
        case 0: return ByteString(String(Int64(bitPattern: random.next()) >> random.below(64)))
        case 1: return ByteString()
        case 2:
            return ByteString(
                [UInt8](repeating: 0x61, count: random.below(10) == 0 ? 9000 : random.below(200)))
        default:
            return ByteString((0..<random.below(100)).map { _ in UInt8(random.below(256)) })
        }
    }

    private static func value(_ random: inout RandomSource) -> RDBValue {
        let count = random.below(10) == 0 ? 600 : 1 + random.below(20)
        switch random.below(5) {
        case 0: return .string(text(&random))
        case 3:
            let isOfIntegers = random.below(2) == 0
            return .set(
                Set(
                    (0..<count).map { _ in
                        isOfIntegers ? ByteString("\(random.below(100_000))") : text(&random)
                    }
                ).sorted())
        case 1: return .list((0..<count).map { _ in text(&random) })
        case 2:
            let range = Double(random.below(2) == 0 ? 5 : 1_000_000)
            return .sortedSet(
                (0..<count).map { index in
                    let score = (random.unitInterval() - 0.5) * range
                    let name = ByteString("member\(index)")
                    return RDBScoredElement(
                        element: name, score: index % 3 == 0 ? score.rounded() : score)
                })
        default:
            let ends = random.below(2) == 0
            return .hash(
                (0..<count).map { index in
                    RDBHashField(
                        ByteString("field\(index)"), text(&random),
                        expiryMilliseconds: ends && random.below(2) == 0
                            ? Int64(2_000_000 + random.below(1_000_000)) : 0)
                })
        }
    }

    private static func insert(
        _ value: RDBValue, at key: Bytes, _ keyspace: inout Keyspace, _ random: inout RandomSource
    ) {
        let entry: Entry
        switch value {
        case .string(let string):
            entry = string.withBytes { keyspace.setString(key, $0) }
        case .list(let elements):
            let list = ListValue()
            for element in elements { element.withBytes { list.append($0) } }
            entry = keyspace.insert(key, .list(list))
        case .hash(let fields):
            let hash = HashValue()
            for field in fields {
                field.field.withBytes { name in
                    field.value.withBytes { value in
                        _ = hash.append(
                            name, value,
                            expiryMilliseconds: field.expiryMilliseconds == 0
                                ? HashValue.noExpiry : field.expiryMilliseconds,
                            limits: keyspace.hashLimits)
                    }
                }
            }
            entry = keyspace.insert(key, .hash(hash))
        case .set(let members):
            let set = SetValue(.intset, limits: keyspace.setLimits)
            for member in members {
                member.withBytes { _ = set.add($0, limits: keyspace.setLimits) }
            }
            entry = keyspace.insert(key, .set(set))
        case .sortedSet(let elements):
            let set = SortedSetValue()
            for element in elements {
                element.element.withBytes {
                    _ = set.set($0, to: element.score, limits: keyspace.sortedSetLimits)
                }
            }
            entry = keyspace.insert(key, .sortedSet(set))
        case .stream, .vectorSet, .context, .module: return
        }
        if random.below(3) == 0 {
            keyspace.setExpiry(of: entry, at: Int64(1_000_001 + random.below(1_000_000)))
        }
    }

    /// The same keys with the same values, whatever the encoding.
    private func expectEqual(_ left: [String: RDBKey], _ right: [String: RDBKey]) throws {
        #expect(left.count == right.count)
        for (name, key) in left {
            let other = try #require(right[name])
            #expect(key.expiryMilliseconds == other.expiryMilliseconds)
            if case .hash(let fields) = key.value, case .hash(let others) = other.value {
                #expect(byName(fields) == byName(others), "\(name)")
            } else if case .set(let members) = key.value, case .set(let others) = other.value {
                #expect(members.sorted() == others.sorted(), "\(name)")
            } else {
                #expect(key.value == other.value, "\(name)")
            }
        }
    }
}
