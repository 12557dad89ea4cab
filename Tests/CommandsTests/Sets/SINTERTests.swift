// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SINTER, SINTERSTORE, SINTERCARD")
struct SINTERTests {
    private func database() -> TestDatabase {
        let database = TestDatabase()
        database("SADD a 1 2 3 4 x")
        database("SADD b 2 3 x y")
        database("SADD c 3 2 1")
        database("SET text value")
        return database
    }

    @Test("find what all sets have")
    func intersection() {
        let database = database()
        #expect(database("SINTER a b") == ["2", "3", "x"])
        #expect(database("SINTER a b c") == ["2", "3"])
        #expect(database("SINTER a") == ["1", "2", "3", "4", "x"])
        #expect(database("SINTER a a a") == ["1", "2", "3", "4", "x"])
        #expect(database("SINTER a missing") == [])
        let modern = database.connect(protocolVersion: 3)
        #expect(modern("SINTER a c") == .set(["1", "2", "3"]))
        #expect(modern("SINTER missing a") == .set([]))
    }

    @Test("agree with the obvious intersection", arguments: 1...5 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let database = TestDatabase()
        var sets: [Set<ByteString>] = []
        for index in 0..<3 {
            let members = (0..<(50 + random.below(600))).map { _ in
                ByteString(index == 0 ? "\(random.below(500))" : "\(random.below(700))")
            }
            sets.append(Set(members))
            database(["SADD", ByteString("s\(index)")] + members)
        }
        let common = sets[0].intersection(sets[1]).intersection(sets[2])
        let found = (database("SINTER s0 s1 s2").elements ?? []).compactMap(\.text)
        #expect(Set(found) == common && found.count == common.count)
        #expect(database("SINTERCARD 3 s0 s1 s2") == .integer(Int64(common.count)))
        #expect(database("SINTERSTORE d s0 s1 s2") == .integer(Int64(common.count)))
        let stored = (database("SMEMBERS d").elements ?? []).compactMap(\.text)
        #expect(Set(stored) == common)
    }

    @Test("store the result, whatever was there, or remove the key")
    func store() {
        let database = database()
        database.collectEvents()
        #expect(database("SINTERSTORE text a b") == 3)
        #expect(database.takeEvents().last == "sinterstore text")
        #expect(database("OBJECT ENCODING text") == "listpack")
        #expect(database("SINTERSTORE text a b c") == 2)
        #expect(database("OBJECT ENCODING text") == "intset")
        database("EXPIRE text 100")
        #expect(database("SINTERSTORE a a c") == 3)
        #expect(database("SMEMBERS a") == ["1", "2", "3"])
        _ = database.takeEvents()
        #expect(database("SINTERSTORE text a missing") == 0)
        #expect(database.takeEvents() == ["del text"])
        #expect(database("SINTERSTORE text a missing") == 0)
        #expect(database.takeEvents() == [])
    }

    @Test("count up to a limit")
    func cardinality() {
        let database = database()
        #expect(database("SINTERCARD 2 a b") == 3)
        #expect(database("SINTERCARD 2 a b LIMIT 2") == 2)
        #expect(database("SINTERCARD 2 a b limit 0") == 3)
        #expect(database("SINTERCARD 2 a b LIMIT 1 LIMIT 10") == 3)
        #expect(database("SINTERCARD 2 a missing") == 0)
    }

    @Test(
        "explain what they cannot accept",
        arguments: [
            ("SINTER a text", "WRONGTYPE Operation against a key holding the wrong kind of value"),
            (
                "SINTER missing text",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
            (
                "SINTERSTORE a b text",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
            ("SINTERCARD 0 a", "ERR numkeys should be greater than 0"),
            ("SINTERCARD x a", "ERR numkeys should be greater than 0"),
            ("SINTERCARD 3 a b", "ERR Number of keys can't be greater than number of args"),
            ("SINTERCARD 1 a b", "ERR syntax error"),
            ("SINTERCARD 1 a LIMIT", "ERR syntax error"),
            ("SINTERCARD 1 a LIMIT -1", "ERR LIMIT can't be negative"),
            ("SINTERCARD 1 a LIMIT x", "ERR LIMIT can't be negative"),
        ])
    func rejection(request: String, error: String) {
        let database = database()
        #expect(database(request) == .error(ByteString(error)))
        #expect(database("SCARD a") == 5)
    }
}
