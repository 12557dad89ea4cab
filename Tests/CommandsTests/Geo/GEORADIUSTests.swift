// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("GEORADIUS")
struct GEORADIUSTests {
    private func database() -> TestDatabase {
        let database = TestDatabase()
        database("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania")
        return database
    }

    @Test("finds what is near a place, or a member")
    func finds() {
        let database = database()
        #expect(database("GEORADIUS Sicily 15 37 200 km ASC") == ["Catania", "Palermo"])
        #expect(database("GEORADIUS_RO Sicily 15 37 100 km") == ["Catania"])
        #expect(database("GEORADIUSBYMEMBER Sicily Palermo 1 m") == ["Palermo"])
        #expect(
            database("GEORADIUSBYMEMBER_RO Sicily Palermo 200 km WITHDIST DESC")
                == [["Catania", "166.2742"], ["Palermo", "0.0000"]])
        #expect(database("GEORADIUS missing 1 1 1 km") == [])
        #expect(database("GEORADIUSBYMEMBER missing a x cm") == [])
    }

    @Test("tells what it is asked for, in its own order")
    func details() {
        #expect(
            database()("GEORADIUS Sicily 15 37 100 km WITHCOORD WITHHASH WITHDIST")
                == [
                    [
                        "Catania", "56.4413", 3_479_447_370_796_909,
                        ["15.087267458438873", "37.50266842333162"],
                    ]
                ])
    }

    @Test("keeps what it has found")
    func stores() {
        let database = database()
        database.collectEvents()
        #expect(database("GEORADIUS Sicily 15 37 200 km STORE dst COUNT 1") == 1)
        #expect(database.takeEvents() == ["new dst", "georadiusstore dst"])
        #expect(database("ZRANGE dst 0 -1 WITHSCORES") == ["Catania", "3479447370796909"])
        #expect(database("GEORADIUSBYMEMBER Sicily Palermo 200 km STOREDIST dst") == 2)
        #expect(database("ZRANGE dst 0 0 WITHSCORES") == ["Palermo", "0"])
        #expect(database("GEORADIUS Sicily 100 0 1 km STORE dst") == 0)
        #expect(database("EXISTS dst") == 0)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("GEORADIUS Sicily 200 1 1 km", "ERR invalid longitude,latitude pair 200.0000"),
            ("GEORADIUS Sicily 1 1 x km", "ERR need numeric radius"),
            ("GEORADIUS Sicily 1 1 -1 km", "ERR radius cannot be negative"),
            ("GEORADIUS Sicily 1 1 1 cm", "ERR unsupported unit provided"),
            ("GEORADIUS Sicily 1 1 1 m COUNT 0", "ERR COUNT must be > 0"),
            ("GEORADIUS Sicily 1 1 1 m COUNT x", "ERR value is not an integer or out of range"),
            ("GEORADIUS Sicily 1 1 1 m ANY", "ERR the ANY argument requires COUNT argument"),
            ("GEORADIUS Sicily 1 1 1 m x", "ERR syntax error"),
            ("GEORADIUS Sicily 1 1 1 m STORE", "ERR syntax error"),
            ("GEORADIUS_RO Sicily 1 1 1 m STORE dst", "ERR syntax error"),
            (
                "GEORADIUS Sicily 1 1 1 m STORE dst WITHDIST",
                "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and"
            ),
            (
                "GEORADIUSBYMEMBER Sicily nobody 1 m",
                "ERR could not decode requested zset member"
            ),
            ("GEORADIUS text 1 1 1 m", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = database()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)), "\(request)")
    }
}
