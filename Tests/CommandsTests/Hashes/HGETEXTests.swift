// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HGETEX")
struct HGETEXTests {
    @Test("removes a field that it finds ended, and the key with the last")
    func lapse() {
        let database = TestDatabase()
        database("HSET h a 1 b 2")
        database("HPEXPIRE h 10 FIELDS 2 a b")
        database.advance(milliseconds: 10)
        database.collectEvents()
        #expect(database("HGETEX h PX 5 FIELDS 1 a") == [nil])
        #expect(database.takeEvents() == ["hexpired h"])
        #expect(database("HLEN h") == 1)
        #expect(database("HGETEX h PX 5 FIELDS 1 b") == [nil])
        #expect(database.takeEvents() == ["hexpired h", "del h"])
        #expect(database("EXISTS h") == 0)
    }

    @Test("answers with the values and sets, clears or leaves the expiry", arguments: [1, 600])
    func expiry(more: Int) {
        let database = TestDatabase(nowMilliseconds: 1_000_000)
        for number in 0..<more { database("HSET h more\(number) v") }
        database("HSET h a 1 b 2")
        #expect(database("HGETEX h FIELDS 2 a x") == ["1", nil])
        #expect(database("HGETEX h EX 10 FIELDS 2 a b") == ["1", "2"])
        #expect(database("HPTTL h FIELDS 2 a b") == [10_000, 10_000])
        database("HGETEX h PX 5 FIELDS 1 a")
        database("HGETEX h EXAT 2000 FIELDS 1 b")
        #expect(database("HPTTL h FIELDS 2 a b") == [5, 1_000_000])
        database("HGETEX h PXAT 1000001 FIELDS 1 b")
        #expect(database("HPTTL h FIELDS 1 b") == [1])
        #expect(database("HGETEX h persist FIELDS 2 a b") == ["1", "2"])
        #expect(database("HTTL h FIELDS 2 a b") == [-1, -1])
        #expect(database("HGETEX missing EX 10 FIELDS 2 a b") == [nil, nil])
    }

    @Test("tells what it changed")
    func events() {
        let database = TestDatabase()
        database("HSET h a 1 b 2")
        database.collectEvents()
        database("HGETEX h FIELDS 1 a")
        database("HGETEX h PERSIST FIELDS 1 a")
        #expect(database.takeEvents() == [])
        database("HGETEX h EX 10 FIELDS 1 a")
        database("HGETEX h PERSIST FIELDS 1 a")
        #expect(database.takeEvents() == ["hexpire h", "hpersist h"])
        #expect(database("HGETEX h EX 0 FIELDS 3 a b a") == ["1", "2", nil])
        #expect(database.takeEvents() == ["hdel h", "del h"])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("HGETEX h EX FIELDS 1 a", "ERR value is not an integer or out of range"),
            ("HGETEX h EX -1 FIELDS 1 a", "ERR invalid expire time, must be >= 0"),
            (
                "HGETEX h EX 1 FIELDS 1",
                "ERR The `numfields` parameter must match the number of arguments"
            ),
            ("HGETEX h EX 1 FIELDS", "ERR wrong number of arguments for 'hgetex' command"),
            (
                "HGETEX h KEEPTTL FIELDS 1 a",
                "ERR Mandatory argument FIELDS is missing or not at the right position"
            ),
            (
                "HGETEX h PXAT 70368744177664 FIELDS 1 a",
                "ERR invalid expire time in 'hgetex' command"
            ),
            (
                "HGETEX text FIELDS 1 a",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database(request) == .error(ByteString(error)))
    }
}
