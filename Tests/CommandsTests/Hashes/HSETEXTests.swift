// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HSETEX")
struct HSETEXTests {
    @Test("sets values and expiry together", arguments: [1, 600])
    func sets(more: Int) {
        let database = TestDatabase()
        for number in 0..<more { database("HSET h more\(number) v") }
        #expect(database("HSETEX h EX 10 FIELDS 2 a 1 b 2") == 1)
        #expect(database("HMGET h a b") == ["1", "2"])
        #expect(database("HTTL h FIELDS 2 a b") == [10, 10])
        #expect(database("HSETEX h KEEPTTL FIELDS 1 a 3") == 1)
        #expect(database("HSETEX h FIELDS 1 b 4") == 1)
        #expect(database("HTTL h FIELDS 2 a b") == [10, -1])
        #expect(database("HMGET h a b") == ["3", "4"])
    }

    @Test("sets all fields or none, as its condition says")
    func conditions() {
        let database = TestDatabase()
        #expect(database("HSETEX h FXX FIELDS 1 a 1") == 0)
        #expect(database.keyspace.count == 0)
        #expect(database("HSETEX h FNX FIELDS 2 a 1 b 2") == 1)
        #expect(database("HSETEX h FNX EX 5 FIELDS 2 c 1 b 3") == 0)
        #expect(database("HSETEX h EX 5 FXX FIELDS 2 a 5 c 1") == 0)
        #expect(database("HSETEX h FXX PX 5 FIELDS 2 a 5 b 6") == 1)
        #expect(database("HGETALL h").elements?.count == 4)
        database.advance(milliseconds: 5)
        #expect(database("HSETEX h FXX FIELDS 1 a 7") == 0)
        #expect(database("HSETEX h FNX KEEPTTL FIELDS 1 a 7") == 1)
        #expect(database("HTTL h FIELDS 1 a") == [-1])
    }

    @Test("sets nothing for a time that is past")
    func past() {
        let database = TestDatabase()
        database.collectEvents()
        #expect(database("HSETEX h PXAT 1 FIELDS 2 a 1 b 2") == 1)
        #expect(database.takeEvents() == ["new h", "hset h", "hdel h", "del h"])
        #expect(database.keyspace.count == 0)
        database("HSETEX h EX 10 FIELDS 1 a 1")
        #expect(database.takeEvents() == ["new h", "hset h", "hexpire h"])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            (
                "HSETEX h EX 1 PX 1 FIELDS 1 a 1",
                "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"
            ),
            (
                "HSETEX h KEEPTTL KEEPTTL FIELDS 1 a 1",
                "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"
            ),
            (
                "HSETEX h FNX FXX FIELDS 1 a 1",
                "ERR Only one of FXX or FNX arguments can be specified"
            ),
            ("HSETEX h FIELDS 1 a", "ERR wrong number of arguments for 'hsetex' command"),
            ("HSETEX h FIELDS 2 a 1", "ERR wrong number of arguments for 'hsetex' command"),
            ("HSETEX h FIELDS 1 a 1 b", "ERR wrong number of arguments for 'hsetex' command"),
            ("HSETEX h FIELDS 0 a 1", "ERR invalid number of fields"),
            ("HSETEX h NX FIELDS 1 a 1", "ERR unknown argument: NX"),
            (
                "HSETEX h FNX KEEPTTL FXX EX",
                "ERR Only one of FXX or FNX arguments can be specified"
            ),
            ("HSETEX h FNX FIELDS 1 EX", "ERR wrong number of arguments for 'hsetex' command"),
            ("HSETEX h EX -1 FIELDS 1 a 1", "ERR invalid expire time, must be >= 0"),
            (
                "HSETEX text EX 1 FIELDS 1 a 1",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database(request) == .error(ByteString(error)))
        #expect(database.keyspace.count == 1)
    }
}
