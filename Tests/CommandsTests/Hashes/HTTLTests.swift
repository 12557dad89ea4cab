// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HTTL")
struct HTTLTests {
    @Test("answers in its unit, -1 for a field that stays, -2 for none", arguments: [1, 600])
    func units(more: Int) {
        let database = TestDatabase(nowMilliseconds: 1_000_500)
        for number in 0..<more { database("HSET h more\(number) v") }
        database("HSET h a 1 b 2")
        database("HPEXPIRE h 1200 FIELDS 1 a")
        #expect(database("HTTL h FIELDS 3 a b x") == [2, -1, -2])
        #expect(database("HPTTL h FIELDS 3 a b x") == [1200, -1, -2])
        #expect(database("HEXPIRETIME h FIELDS 3 a b x") == [1002, -1, -2])
        #expect(database("HPEXPIRETIME h FIELDS 3 a b x") == [1_001_700, -1, -2])
        database.advance(milliseconds: 1199)
        #expect(database("HPTTL h FIELDS 1 a") == [1])
        database.advance(milliseconds: 1)
        #expect(database("HPTTL h FIELDS 1 a") == [-2])
        #expect(database("HTTL missing FIELDS 2 a b") == [-2, -2])
    }

    @Test(
        "explains what it cannot accept",
        arguments: ["HTTL", "HPTTL", "HEXPIRETIME", "HPEXPIRETIME"])
    func rejection(command: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("\(command) text FIELDS 1 a").isError(startingWith: "WRONGTYPE"))
        #expect(
            database("\(command) h FIELDS a a")
                == .error("ERR Number of fields must be a positive integer"))
        #expect(
            database("\(command) h FILEDS 1 a")
                == .error(
                    "ERR Mandatory argument FIELDS is missing or not at the right position"))
    }
}
