// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("GEOSEARCH")
struct GEOSEARCHTests {
    private func database() -> TestDatabase {
        let database = TestDatabase()
        database("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania")
        database("GEOADD Sicily 12.758489 38.788135 edge1 17.241510 38.788135 edge2")
        return database
    }

    @Test("searches circles and boxes")
    func shapes() {
        let database = database()
        #expect(
            database("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC")
                == ["Catania", "Palermo"])
        #expect(
            database("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHDIST")
                == [
                    ["Catania", "56.4413"], ["Palermo", "190.4424"], ["edge2", "279.7403"],
                    ["edge1", "279.7405"],
                ])
        #expect(
            database("GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 1000 mi COUNT 2")
                == ["Palermo", "edge1"])
        #expect(
            (database("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km COUNT 3 ANY").elements
                ?? []).count == 3)
        #expect(database("GEOSEARCH missing FROMMEMBER a BYRADIUS 1 m") == [])
    }

    /// The oracle asks for the distance of every member.
    @Test("finds what a full scan finds", arguments: 1...4 as ClosedRange<UInt64>)
    func fullScan(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let database = TestDatabase()
        func degrees(_ bound: Double) -> Double { (random.unitInterval() * 2 - 1) * bound }
        for number in 0..<200 { database("GEOADD g \(degrees(180)) \(degrees(60)) m\(number)") }
        for _ in 0..<20 {
            let radius = 1 << random.below(11)
            let member = "m\(random.below(200))"
            let found = database("GEOSEARCH g FROMMEMBER \(member) BYRADIUS \(radius) km")
            let near = (0..<200).filter { number in
                let text = database("GEODIST g \(member) m\(number) km").text?.description ?? ""
                return (Double(text) ?? .infinity) <= Double(radius)
            }
            // Around the poles and for larger circles Redis's nine cells do not always suffice.
            let names = Set((found.elements ?? []).compactMap(\.text))
            #expect(names == Set(near.map { ByteString("m\($0)") }))
        }
    }

    @Test("leaves points of equal distance in Redis's order")
    func equalDistances() {
        let database = TestDatabase()
        for number in 0..<30 { database("GEOADD g \(number % 3) \(number % 3) m\(number)") }
        let found = database("GEOSEARCH g FROMMEMBER m0 BYRADIUS 1000 KM COUNT 12")
        let order = ["m9", "m15", "m18", "m21", "m24", "m0", "m27", "m3", "m6", "m12", "m22", "m1"]
        #expect(found == .array(order.map { .bulk(ByteString($0)) }))
    }

    @Test("keeps what it has found")
    func stores() {
        let database = database()
        database.collectEvents()
        #expect(
            database("GEOSEARCHSTORE dst Sicily FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST") == 2)
        #expect(database.takeEvents() == ["new dst", "geosearchstore dst"])
        #expect(database("ZRANGE dst 0 0") == ["Catania"])
        #expect(database("GEOSEARCHSTORE dst missing FROMMEMBER a BYRADIUS 1 m") == 0)
        #expect(database("EXISTS dst") == 0)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            (
                "geosearch Sicily BYRADIUS 1 km ASC ASC ASC",
                "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch"
            ),
            (
                "GEOSEARCH Sicily FROMLONLAT 1 1 ASC ASC ASC",
                "ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH"
            ),
            ("GEOSEARCH Sicily FROMLONLAT 1 1 FROMMEMBER Palermo ASC", "ERR syntax error"),
            ("GEOSEARCH Sicily FROMLONLAT 1 1 BYRADIUS 1 m BYBOX 1 1 m", "ERR syntax error"),
            ("GEOSEARCH Sicily FROMLONLAT 1 1 BYBOX 1 x m", "ERR need numeric height"),
            ("GEOSEARCH Sicily FROMLONLAT 1 1 BYBOX x 1 m", "ERR need numeric width"),
            (
                "GEOSEARCH Sicily FROMLONLAT 1 1 BYBOX 1 -1 m",
                "ERR height or width cannot be negative"
            ),
            ("GEOSEARCH Sicily FROMLONLAT 1 1 BYRADIUS 1 m STOREDIST", "ERR syntax error"),
            (
                "GEOSEARCHSTORE dst Sicily FROMLONLAT 1 1 BYRADIUS 1 m WITHDIST",
                "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD"
            ),
            ("GEOSEARCH text FROMLONLAT 1 1 BYRADIUS 1 m", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = database()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)), "\(request)")
    }
}
