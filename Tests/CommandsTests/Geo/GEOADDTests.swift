// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("GEOADD")
struct GEOADDTests {
    @Test("gives members the hashes of their places as scores")
    func hashes() {
        let database = TestDatabase()
        #expect(database("GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania") == 2)
        #expect(database("ZSCORE g Palermo") == "3479099956230698")
        #expect(database("ZSCORE g Catania") == "3479447370796909")
        #expect(database("GEOADD g NX 1 1 Palermo 1 1 Rome") == 1)
        #expect(database("GEOADD g XX CH 2 2 Palermo 1 1 Venice") == 1)
        #expect(database("ZCARD g") == 3)
    }

    @Test("takes places at the edge of the map")
    func edges() {
        let database = TestDatabase()
        #expect(database("GEOADD g 180 85.05112878 a -180 -85.05112878 b") == 2)
        #expect(database("ZSCORE g b") == "0")
    }

    @Test(
        "explains what it cannot accept, and changes nothing",
        arguments: [
            (
                "GEOADD g 200 10 a",
                "ERR invalid longitude,latitude pair 200.000000,10.000000"
            ),
            ("GEOADD g 1 1 a 1 inf b", "ERR invalid longitude,latitude pair 1.000000,inf"),
            ("GEOADD g a 1 b", "ERR value is not a valid float"),
            ("GEOADD g 1 1 a 1", "ERR syntax error"),
            ("GEOADD g NX XX 1 1 a", "ERR syntax error"),
            ("GEOADD g NX CH CH", "ERR syntax error"),
            ("GEOADD text 1 1 a", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)))
        #expect(database.keyspace.count == 1)
    }
}
