// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LINSERT")
struct LINSERTTests {
    let database = TestDatabase()

    @Test("puts an element beside the first that equals the pivot")
    func insert() {
        database("RPUSH list a b b")
        #expect(database("LINSERT list before b x") == 4)
        #expect(database("LINSERT list AFTER b y") == 5)
        #expect(database("LRANGE list 0 -1") == ["a", "x", "b", "y", "b"])
        #expect(database("LINSERT list BEFORE z x") == -1)
        #expect(database("LINSERT missing BEFORE z x") == 0)
    }

    @Test("refuses another word and another type")
    func rejection() {
        database("SET text value")
        #expect(database("LINSERT text beside a b") == .error("ERR syntax error"))
        #expect(database("LINSERT text BEFORE a b").isError(startingWith: "WRONGTYPE"))
    }
}
