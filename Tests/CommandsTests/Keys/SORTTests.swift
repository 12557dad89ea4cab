// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("SORT, SORT_RO")
struct SORTTests {
    private func database() -> TestDatabase {
        let database = TestDatabase()
        database("RPUSH l 3 1 10 2")
        database("SADD s b a c")
        for (number, weight) in [(1, 30), (2, 10), (3, 20)] {
            database("SET w\(number) \(weight)")
            database("HSET h\(number) weight \(weight) name n\(number)")
        }
        database("RPUSH k 1 2 3 4")
        return database
    }

    @Test("orders numbers and texts")
    func order() {
        let database = database()
        #expect(database("SORT l") == ["1", "2", "3", "10"])
        #expect(database("SORT l DESC") == ["10", "3", "2", "1"])
        #expect(database("SORT l ALPHA") == ["1", "10", "2", "3"])
        #expect(database("SORT s ALPHA DESC ASC") == ["a", "b", "c"])
        #expect(database("SORT_RO l DESC LIMIT 1 2") == ["3", "2"])
        #expect(database("SORT missing") == [])
        database("RPUSH f 1.5 -inf +5 1e3 '' 1e400")
        #expect(database("SORT f") == ["-inf", "", "1.5", "+5", "1e3", "1e400"])
    }

    @Test(
        "cuts out a range",
        arguments: [
            ("0 2", ["1", "2"]), ("2 100", ["3", "10"]), ("4 1", []), ("100 1", []),
            ("-5 1", ["1"]), ("0 0", []), ("1 -1", ["2", "3", "10"]),
            ("0 -7", ["1", "2", "3", "10"]),
            ("9223372036854775807 9223372036854775807", []),
        ] as [(String, [String])])
    func limits(limit: String, result: [String]) {
        let expected = Reply.array(result.map { .bulk(ByteString($0)) })
        #expect(database()("SORT l LIMIT \(limit)") == expected)
    }

    @Test("orders by other keys and by fields of hashes")
    func weights() {
        let database = database()
        #expect(database("SORT k BY w*") == ["4", "2", "3", "1"])
        #expect(database("SORT k BY h*->weight DESC") == ["1", "3", "2", "4"])
        #expect(database("SORT k BY w* ALPHA") == ["4", "2", "3", "1"])
        #expect(database("SORT k BY h*->weight LIMIT 1 2") == ["2", "3"])
        #expect(database("SORT k BY missing*") == ["1", "2", "3", "4"])
        #expect(database("SORT k BY nothing DESC") == ["4", "3", "2", "1"])
        #expect(database("SORT k BY nothing DESC LIMIT 1 2") == ["3", "2"])
    }

    @Test("answers with what patterns yield")
    func patterns() {
        let database = database()
        #expect(database("SORT k GET w*") == ["30", "10", "20", nil])
        #expect(
            database("SORT k LIMIT 0 2 GET # GET h*->name GET h*->missing GET nothing")
                == ["1", "n1", nil, nil, "2", "n2", nil, nil])
        database("SET w1-> odd")
        #expect(database("SORT k LIMIT 0 1 GET w*->") == ["odd"])
        database("SET s7w 5")
        #expect(database("SORT k LIMIT 0 1 GET s*w GET l") == [nil, nil])
        let modern = database.connect(protocolVersion: 3)
        #expect(modern("SORT k LIMIT 3 1 GET w*") == [nil])
    }

    @Test("stores a list, or removes the key")
    func store() {
        let database = database()
        database.collectEvents()
        #expect(database("SORT l STORE d") == 4)
        #expect(database.takeEvents() == ["new d", "sortstore d"])
        #expect(database("LRANGE d 0 -1") == ["1", "2", "3", "10"])
        #expect(database("SORT k GET w* GET # STORE k") == 8)
        #expect(database("LRANGE k 0 -1") == ["30", "1", "10", "2", "20", "3", "", "4"])
        _ = database.takeEvents()
        #expect(database("SORT missing STORE d") == 0)
        #expect(database.takeEvents() == ["del d"])
        // A set has no order of its own, so what is stored is sorted.
        for number in 0..<600 { database("SADD large m\(number)") }
        #expect(database("SORT large BY nothing STORE d") == 600)
        #expect(database("LRANGE d 0 2") == ["m0", "m1", "m10"])
    }

    @Test("takes sorted sets, by score when nothing else is asked for")
    func sortedSets() {
        let database = TestDatabase()
        database("ZADD z 1 c 2 b 3 a 10 d")
        #expect(database("OBJECT ENCODING z") == "listpack")
        #expect(database("SORT z BY nothing") == ["c", "b", "a", "d"])
        #expect(database("SORT z BY nothing DESC LIMIT 1 2") == ["a", "b"])
        #expect(database("OBJECT ENCODING z") == "skiplist")
        database("ZADD other 1 b 2 a")
        #expect(database("SORT_RO other ALPHA") == ["a", "b"])
        #expect(database("OBJECT ENCODING other") == "skiplist")
    }

    @Test("tells its keys")
    func keys() {
        let database = database()
        #expect(database("COMMAND GETKEYS SORT a") == ["a"])
        #expect(database("COMMAND GETKEYS SORT a STORE b STORE c") == ["a", "c"])
        #expect(database("COMMAND GETKEYS SORT_RO a") == ["a"])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("SORT s", "ERR One or more scores can't be converted into double"),
            ("SORT hex", "ERR One or more scores can't be converted into double"),
            ("SORT s STORE l", "ERR One or more scores can't be converted into double"),
            ("SORT l LIMIT 1", "ERR syntax error"),
            ("SORT l LIMIT x 1", "ERR value is not an integer or out of range"),
            ("SORT l LIMIT 1 x", "ERR value is not an integer or out of range"),
            ("SORT l BY", "ERR syntax error"),
            ("SORT l GET", "ERR syntax error"),
            ("SORT l STORE", "ERR syntax error"),
            ("SORT_RO l STORE d", "ERR syntax error"),
            ("SORT l NONSENSE", "ERR syntax error"),
            ("SORT w1", "WRONGTYPE Operation against a key holding the wrong kind of value"),
            ("SORT h1", "WRONGTYPE Operation against a key holding the wrong kind of value"),
            ("SORT", "ERR wrong number of arguments for 'sort' command"),
        ])
    func rejection(request: String, error: String) {
        let database = database()
        database("RPUSH hex 1 0x10")
        #expect(database(request) == .error(ByteString(error)))
        #expect(database("LLEN l") == 4)
    }

    @Test("leaves equal weights behind LIMIT in Redis's order")
    func partialOrder() {
        let database = TestDatabase()
        for number in 0..<60 {
            database("RPUSH l \(number)")
            database("SET w\(number) \(number * 7 % 4)")
        }
        let ascending = """
            48 44 0 8 40 36 52 12 32 56 7 3 11 15 19 23 27 31 35 39 43 47 51 55 59 30 46 38 54 2
            """
        #expect(database("SORT l BY w* ALPHA LIMIT 5 30") == list(ascending))
        #expect(database("SORT l BY w* ALPHA LIMIT 0 8 DESC") == list("29 53 17 33 5 57 21 41"))
    }

    private func list(_ words: String) -> Reply {
        .array(words.split(separator: " ").map { .bulk(ByteString(String($0))) })
    }
}
