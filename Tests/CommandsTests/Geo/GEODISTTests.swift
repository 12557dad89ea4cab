// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("GEODIST")
struct GEODISTTests {
    @Test("answers the distance in the unit that is asked for")
    func distances() {
        let database = TestDatabase()
        database("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania")
        #expect(database("GEODIST Sicily Palermo Catania") == "166274.1516")
        #expect(database("GEODIST Sicily Palermo Catania km") == "166.2742")
        #expect(database("GEODIST Sicily Palermo Catania MI") == "103.3182")
        #expect(database("GEODIST Sicily Palermo Palermo") == "0.0000")
        #expect(database("GEODIST Sicily Palermo Nowhere") == nil)
        #expect(database("GEODIST missing a b") == nil)
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(
            database("GEODIST g a b cm")
                == .error("ERR unsupported unit provided. please use M, KM, FT, MI"))
        #expect(database("GEODIST g a b m x") == .error("ERR syntax error"))
        #expect(database("GEODIST text a b").isError(startingWith: "WRONGTYPE"))
    }
}
