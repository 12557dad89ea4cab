// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("GEOHASH")
struct GEOHASHTests {
    @Test("answers the hashes that others make")
    func hashes() {
        let database = TestDatabase()
        database("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania")
        #expect(
            database("GEOHASH Sicily Palermo Nowhere Catania")
                == ["sqc8b49rny0", nil, "sqdtr74hyu0"])
        #expect(database("GEOHASH Sicily") == [])
        #expect(database("GEOHASH missing a") == [nil])
        database("GEOADD edge 0 85.05112878 north 180 0 east")
        #expect((database("GEOHASH edge north east").elements ?? []).count == 2)
    }

    @Test("answers something for a score that is no hash")
    func anyScore() {
        let database = TestDatabase()
        database("ZADD z -1 a inf b -inf c 1e300 d 9007199254740992 e")
        #expect((database("GEOHASH z a b c d e").elements ?? []).count == 5)
        #expect((database("GEOPOS z a b c d e").elements ?? []).count == 5)
        #expect(database("GEODIST z a b").text != nil)
    }

    @Test("refuses another type")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("GEOHASH text a").isError(startingWith: "WRONGTYPE"))
    }
}
