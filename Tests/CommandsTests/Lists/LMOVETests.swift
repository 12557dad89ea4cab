// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LMOVE")
struct LMOVETests {
    let database = TestDatabase()

    @Test(
        "moves from an end to an end",
        arguments: [
            ("LEFT LEFT", "a", "bc", "axy"), ("LEFT RIGHT", "a", "bc", "xya"),
            ("right left", "c", "ab", "cxy"), ("RIGHT RIGHT", "c", "ab", "xyc"),
        ] as [(String, String, String, String)]
    )
    func move(ends: String, moved: String, source: String, destination: String) {
        database("RPUSH from a b c")
        database("RPUSH to x y")
        #expect(database("LMOVE from to \(ends)") == .bulk(ByteString(moved)))
        for (key, expected) in [("from", source), ("to", destination)] {
            #expect(
                database("LRANGE \(key) 0 -1")
                    == .array(expected.map { .bulk(ByteString(String($0))) }))
        }
    }

    @Test("makes the destination, removes the source, turns one list round")
    func edges() {
        database("RPUSH from a")
        database.collectEvents()
        #expect(database("RPOPLPUSH from to") == "a")
        #expect(database.takeEvents() == ["new to", "lpush to", "rpop from", "del from"])
        #expect(database("RPOPLPUSH to to") == "a")
        database("RPUSH to b c")
        #expect(database("LMOVE to to LEFT RIGHT") == "a")
        #expect(database("LRANGE to 0 -1") == ["b", "c", "a"])
        #expect(database("RPOPLPUSH missing to") == nil)
        #expect(database("LMOVE missing to LEFT LEFT") == nil)
    }

    @Test("refuses, and then changes nothing")
    func rejection() {
        database("SET text value")
        database("RPUSH list a")
        #expect(database("LMOVE list text LEFT LEFT").isError(startingWith: "WRONGTYPE"))
        #expect(database("RPOPLPUSH list text").isError(startingWith: "WRONGTYPE"))
        #expect(database("LMOVE text list LEFT LEFT").isError(startingWith: "WRONGTYPE"))
        #expect(database("LMOVE missing text LEFT LEFT") == nil)
        #expect(database("LMOVE list other LEFT UP") == .error("ERR syntax error"))
        #expect(database("LRANGE list 0 -1") == ["a"])
    }

    @Test("counts as one change")
    func changes() {
        let database = TestDatabase()
        database("RPUSH a 1 2")
        let before = database.keyspace.changes
        database("LMOVE a b LEFT LEFT")
        #expect(database.keyspace.changes == before + 1)
    }
}
