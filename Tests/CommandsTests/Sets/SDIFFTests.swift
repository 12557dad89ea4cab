// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SDIFF, SDIFFSTORE")
struct SDIFFTests {
    @Test("bring what only the first set has")
    func difference() {
        let database = TestDatabase()
        database("SADD a 5 1 3")
        database("SADD b 1")
        database("SADD c 3 x")
        #expect(database("SDIFF a b") == ["3", "5"])
        #expect(database("SDIFF a b c missing") == ["5"])
        #expect(database("SDIFF a b a") == [])
        #expect(database("SDIFF missing a") == [])
        #expect(database("SDIFF a") == ["1", "3", "5"])
        #expect(database.connect(protocolVersion: 3)("SDIFF a b") == .set(["3", "5"]))
    }

    /// With a large first set and many small ones the others are taken out of a copy.
    @Test("agree with the obvious difference", arguments: 1...8 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let database = TestDatabase()
        var first: Set<ByteString> = []
        var keys: [String] = []
        for index in 0..<(2 + random.below(5)) {
            let count = index == 0 ? 600 : 1 + random.below(300)
            let members = (0..<count).map { _ in ByteString("\(random.below(800))") }
            database(["SADD", ByteString("s\(index)")] + members)
            keys.append("s\(index)")
            if index == 0 { first = Set(members) } else { first.subtract(members) }
        }
        let line = keys.joined(separator: " ")
        let found = (database("SDIFF \(line)").elements ?? []).compactMap(\.text)
        #expect(Set(found) == first && found.count == first.count)
        #expect(database("SDIFFSTORE d \(line)") == .integer(Int64(first.count)))
        let stored = (database("SMEMBERS d").elements ?? []).compactMap(\.text)
        #expect(Set(stored) == first)
    }

    @Test("store the result, or remove the key")
    func store() {
        let database = TestDatabase()
        database("SADD a 5 1 3")
        database("SADD b 1")
        database.collectEvents()
        #expect(database("SDIFFSTORE a a b") == 2)
        #expect(database.takeEvents() == ["sdiffstore a"])
        #expect(database("SMEMBERS a") == ["3", "5"])
        #expect(database("SDIFFSTORE a a a") == 0)
        #expect(database.takeEvents() == ["del a"])
        database("SET text value")
        #expect(database("SDIFF b text").isError(startingWith: "WRONGTYPE"))
        #expect(database("SDIFFSTORE b missing text").isError(startingWith: "WRONGTYPE"))
    }
}
