// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HEXPIRE")
struct HEXPIRETests {
    @Test("answers for each field: 1 set, 0 condition not met, -2 not there", arguments: [1, 600])
    func codes(more: Int) {
        let database = TestDatabase()
        for number in 0..<more { database("HSET h more\(number) v") }
        database("HSET h a 1 b 2")
        #expect(database("HEXPIRE h 100 XX FIELDS 2 a x") == [0, -2])
        #expect(database("HEXPIRE h 100 GT FIELDS 1 a") == [0])
        #expect(database("HEXPIRE h 100 LT FIELDS 1 a") == [1])
        #expect(database("HEXPIRE h 100 NX FIELDS 2 a b") == [0, 1])
        #expect(database("HEXPIRE h 100 gt FIELDS 1 a") == [0])
        #expect(database("HEXPIRE h 101 gt FIELDS 1 a") == [1])
        #expect(database("HEXPIRE h 101 LT FIELDS 1 a") == [0])
        #expect(database("HEXPIRE h 50 XX FIELDS 1 a") == [1])
        #expect(database("HTTL h FIELDS 2 a b") == [50, 100])
        #expect(database("HEXPIRE missing 10 FIELDS 2 a b") == [-2, -2])
    }

    @Test("removes at once what would have ended, and the key with the last field")
    func past() {
        let database = TestDatabase()
        database("HSET h a 1 b 2 c 3")
        database.collectEvents()
        #expect(database("HEXPIRE h 0 FIELDS 2 a x") == [2, -2])
        #expect(database.takeEvents() == ["hdel h"])
        #expect(database("HPEXPIREAT h 1 FIELDS 2 b b") == [2, -2])
        #expect(database("HEXPIREAT h 1 FIELDS 1 c") == [2])
        #expect(database.takeEvents() == ["hdel h", "hdel h", "del h"])
        #expect(database.keyspace.count == 0)
        #expect(database.keyspace.statistics.expiredFields == 3)
    }

    @Test("lets fields go in time, one by one", arguments: [3, 600])
    func inTime(fields: Int) {
        let database = TestDatabase()
        for number in 0..<fields { database("HSET h f\(number) v") }
        for number in 0..<fields { database("HPEXPIRE h \(10 + number) FIELDS 1 f\(number)") }
        database.collectEvents()
        database.advance(milliseconds: 10)
        #expect(database("HLEN h").integer == Int64(fields))
        #expect(database.expireDue() == 1)
        #expect(database("HLEN h").integer == Int64(fields - 1))
        #expect(database.takeEvents() == ["hexpired h"])
        database.advance(milliseconds: Int64(fields))
        #expect(database.expireDue() == fields - 1)
        #expect(database.takeEvents() == ["hexpired h", "del h"])
        #expect(database("HGETALL h") == [])
    }

    @Test("takes a field that has ended for absent")
    func ended() {
        let database = TestDatabase()
        database("HSET h a 1 b 2")
        database("HPEXPIRE h 10 FIELDS 1 a")
        database.advance(milliseconds: 10)
        #expect(database("HPEXPIRE h 100 FIELDS 1 a") == [-2])
    }

    @Test("counts in seconds or milliseconds, from now or from 1970")
    func units() {
        let database = TestDatabase(nowMilliseconds: 5_000_000)
        database("HSET h a 1 b 2 c 3 d 4")
        database("HEXPIRE h 10 FIELDS 1 a")
        database("HPEXPIRE h 10 FIELDS 1 b")
        database("HEXPIREAT h 6000 FIELDS 1 c")
        database("HPEXPIREAT h 6000001 FIELDS 1 d")
        #expect(
            database("HPEXPIRETIME h FIELDS 4 a b c d")
                == [5_010_000, 5_000_010, 6_000_000, 6_000_001])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("HEXPIRE h -1 FIELDS 1 a", "ERR invalid expire time, must be >= 0"),
            ("HEXPIRE h x FIELDS 1 a", "ERR value is not an integer or out of range"),
            ("HEXPIRE h 70368744177 FIELDS 1 a", "ERR invalid expire time in 'hexpire' command"),
            (
                "HPEXPIRE h 9223372036854775807 FIELDS 1 a",
                "ERR invalid expire time in 'hpexpire' command"
            ),
            (
                "HEXPIREAT h 70368744178 FIELDS 1 a",
                "ERR invalid expire time in 'hexpireat' command"
            ),
            (
                "HPEXPIREAT h 70368744177664 FIELDS 1 a",
                "ERR invalid expire time in 'hpexpireat' command"
            ),
            (
                "HEXPIRE h 1 ZZ FIELDS 1 a",
                "ERR Mandatory argument FIELDS is missing or not at the right position"
            ),
            ("HEXPIRE h 1 FIELDS 0 a", "ERR Parameter `numFields` should be greater than 0"),
            (
                "HEXPIRE h 1 FIELDS 2 a",
                "ERR The `numfields` parameter must match the number of arguments"
            ),
            (
                "HEXPIRE h 1 NX FIELDS 1 a b",
                "ERR The `numfields` parameter must match the number of arguments"
            ),
            (
                "HEXPIRE text -1 FIELDS 1 a",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
            ("HEXPIRE h 1 FIELDS 1", "ERR wrong number of arguments for 'hexpire' command"),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        database("HSET h a 1")
        #expect(database(request) == .error(ByteString(error)))
        #expect(database("HTTL h FIELDS 1 a") == [-1])
    }
}
