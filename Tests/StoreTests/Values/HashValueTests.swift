// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("HashValue")
struct HashValueTests {
    /// A hash and what a dictionary says of it.
    private struct Twin {
        var hash = HashValue()
        var model: [ByteString: (value: ByteString, expiry: Int64)] = [:]
        var limits: HashLimits
        var now: Int64 = 1_000

        init(packedFields: Int) {
            limits = HashLimits(hasher: SipHash(key: (5, 6)))
            limits.maximumPackedFields = packedFields
        }

        func isLive(_ expiry: Int64) -> Bool { expiry == HashValue.noExpiry || expiry > now }

        var live: [ByteString: ByteString] {
            model.filter { isLive($0.value.expiry) }.mapValues(\.value)
        }

        mutating func set(_ field: ByteString, _ value: ByteString, keepingExpiry: Bool) {
            let old = model[field]
            let keeps = keepingExpiry && old.map { isLive($0.expiry) } == true
            model[field] = (value, keeps ? old?.expiry ?? -1 : HashValue.noExpiry)
            let isNew = field.withBytes { field in
                value.withBytes {
                    hash.set(field, $0, at: now, keepingExpiry: keepingExpiry, limits: limits)
                }
            }
            #expect(isNew == !(old.map { isLive($0.expiry) } ?? false))
        }

        mutating func setExpiry(_ field: ByteString, _ expiry: Int64) {
            guard let old = model[field], isLive(old.expiry) else { return }
            model[field] = (old.value, expiry)
            field.withBytes { hash.setExpiry(of: $0, to: expiry) }
        }

        mutating func remove(_ field: ByteString) {
            let isThere = model[field].map { isLive($0.expiry) } ?? false
            if isThere { model[field] = nil }
            let isRemoved = field.withBytes { hash.remove($0, at: now) }
            #expect(isRemoved == isThere)
        }

        func check() {
            var seen: [ByteString: ByteString] = [:]
            hash.forEach(at: now) { seen[ByteString($0)] = $1.string }
            #expect(seen == live)
            #expect(hash.count == model.count)
            #expect(hash.count(at: now) == live.count)
            let earliest = model.values.map(\.expiry).filter { $0 != HashValue.noExpiry }.min()
            #expect(hash.earliestExpiryMilliseconds == earliest)
            var all: [ByteString: Int64] = [:]
            hash.forEach { field, _, expiry in all[ByteString(field)] = expiry }
            #expect(all == model.mapValues(\.expiry))
            for (field, value) in live {
                let found = field.withBytes { hash.value(of: $0, at: now)?.string }
                #expect(found == value)
            }
        }

        /// One random change.
        mutating func step(_ random: inout RandomSource, fields: Int) {
            let field = ByteString("field\(random.below(fields))")
            switch random.below(12) {
            case 0..<5:
                let value =
                    random.below(2) == 0
                    ? ByteString("\(Int64(truncatingIfNeeded: random.next()) >> random.below(64))")
                    : ByteString(String(repeating: "v", count: random.below(60)))
                set(field, value, keepingExpiry: random.below(2) == 0)
            case 5..<8: setExpiry(field, now + 1 + Int64(random.below(300)))
            case 8: setExpiry(field, HashValue.noExpiry)
            case 9: now += Int64(random.below(10))
            default: remove(field)
            }
        }
    }

    @Test(
        "does what a dictionary does, packed and as a table",
        arguments: [(1, 512), (2, 0), (3, 20), (4, 0), (5, 512)] as [(UInt64, Int)]
    )
    func model(seed: UInt64, packedFields: Int) {
        var random = RandomSource(seed: seed)
        var twin = Twin(packedFields: packedFields)
        for step in 0..<4_000 {
            twin.step(&random, fields: 60)
            if step % 100 == 0 { twin.check() }
        }
        twin.check()
        #expect((twin.hash.encoding == .hashtable) == (packedFields < 60))
    }

    @Test("has copies that go their own ways", arguments: [(1, 512), (2, 0)] as [(UInt64, Int)])
    func copies(seed: UInt64, packedFields: Int) {
        var random = RandomSource(seed: seed)
        var first = Twin(packedFields: packedFields)
        for _ in 0..<2_000 { first.step(&random, fields: 2_000) }
        var second = first
        second.hash = first.hash.copy()
        #expect(second.hash.encoding == first.hash.encoding)
        for _ in 0..<2_000 {
            first.step(&random, fields: 2_000)
            second.step(&random, fields: 2_000)
        }
        var third = second
        third.hash = second.hash.copy()
        for _ in 0..<1_000 { third.step(&random, fields: 2_000) }
        for twin in [first, second, third] { twin.check() }
    }

    @Test("becomes a table by Redis's limits, and stays one")
    func conversion() {
        let limits = HashLimits(hasher: SipHash(key: (1, 2)))
        func hash(_ pairs: Int, longest: Int = 1) -> HashValue {
            let hash = HashValue()
            for number in 0..<pairs {
                let field = ByteString("\(number)")
                let value = ByteString(String(repeating: "x", count: longest))
                field.withBytes { field in
                    value.withBytes { value in
                        _ = hash.set(field, value, at: 0, limits: limits)
                    }
                }
            }
            return hash
        }
        #expect(hash(512).encoding == .listpack)
        #expect(hash(513).encoding == .hashtable)
        #expect(hash(1, longest: 64).encoding == .listpack)
        #expect(hash(1, longest: 65).encoding == .hashtable)

        let large = hash(513)
        for number in 1..<513 { ByteString("\(number)").withBytes { _ = large.remove($0, at: 0) } }
        #expect(large.count == 1 && large.encoding == .hashtable)

        let announced = HashValue()
        announced.prepare(pairCount: 513, longestBytes: 1, totalBytes: 1, limits: limits)
        #expect(announced.encoding == .hashtable)

        let expiring = hash(3)
        expiring.allowExpiries()
        #expect(expiring.encoding == .listpackex)
        #expect(expiring.copy().encoding == .listpackex)
    }

    @Test("is built from a file's fields", arguments: [2, 600])
    func append(count: Int) {
        let limits = HashLimits(hasher: SipHash(key: (1, 2)))
        let hash = HashValue()
        for number in 0..<count {
            let expiry = number.isMultiple(of: 2) ? HashValue.noExpiry : Int64(10_000 - number)
            let field = ByteString("\(number)")
            let isNew = field.withBytes {
                hash.append($0, $0, expiryMilliseconds: expiry, limits: limits)
            }
            #expect(isNew)
        }
        let isNew = hash.append(Bytes("0"), Bytes("again"), limits: limits)
        #expect(!isNew)
        #expect(hash.count == count)
        #expect(hash.earliestExpiryMilliseconds == Int64(10_000 - (count - 1)))
        #expect(hash.encoding == (count == 2 ? .listpackex : .hashtable))
    }

    @Test("is scanned whole while it changes", arguments: 1...4 as ClosedRange<UInt64>)
    func scanGuarantee(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let limits = HashLimits(hasher: SipHash(key: (seed, 2)))
        let hash = HashValue()
        func set(_ name: String) {
            ByteString(name).withBytes { _ = hash.set($0, $0, at: 0, limits: limits) }
        }
        for number in 0..<3_000 { set("stays\(number)") }
        for number in 0..<3_000 { set("goes\(number)") }
        var seen: Set<ByteString> = []
        var cursor: UInt64 = 0
        repeat {
            cursor = hash.scan(from: cursor, count: 10, at: 0) { field, _ in
                seen.insert(ByteString(field))
            }
            for _ in 0..<20 {
                let name = ByteString("goes\(random.below(3_000))")
                name.withBytes { _ = hash.remove($0, at: 0) }
                if seed.isMultiple(of: 2) { set("comes\(random.below(100_000))") }
            }
        } while cursor != 0
        #expect((0..<3_000).allSatisfy { seen.contains(ByteString("stays\($0)")) })
    }

    @Test("draws every field about equally often", arguments: [8, 600])
    func randomFields(count: Int) {
        let limits = HashLimits(hasher: SipHash(key: (1, 2)))
        let hash = HashValue()
        for number in 0..<count {
            ByteString("\(number)").withBytes { _ = hash.set($0, $0, at: 0, limits: limits) }
        }
        let random = RandomStream(seed: 3)
        var drawn: [ByteString: Int] = [:]
        hash.forEachRandom(count * 100, at: 0, using: random) { field, _ in
            drawn[ByteString(field), default: 0] += 1
        }
        #expect(drawn.count == count)
        #expect(drawn.values.allSatisfy { $0 > 20 && $0 < 300 })
        for wanted in [1, count / 10 + 1, count / 2, count - 1, count, count * 2] {
            var distinct: [ByteString] = []
            hash.forEachRandomDistinct(wanted, at: 0, using: random) { field, _ in
                distinct.append(ByteString(field))
            }
            #expect(distinct.count == min(wanted, count))
            #expect(Set(distinct).count == distinct.count)
        }
    }
}
