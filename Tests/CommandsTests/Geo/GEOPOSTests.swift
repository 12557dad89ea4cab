// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("GEOPOS")
struct GEOPOSTests {
    @Test("answers places, as text in RESP2, as numbers in RESP3")
    func places() {
        let database = TestDatabase()
        database("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania")
        #expect(
            database("GEOPOS Sicily Palermo Nowhere")
                == [["13.361389338970184", "38.1155563954963"], nil])
        #expect(database.client.wire("GEOPOS missing a") == "*1\r\n*-1\r\n")
        let modern = database.connect(protocolVersion: 3)
        #expect(modern("GEOPOS Sicily Palermo") == [[13.361389338970184, 38.1155563954963]])
    }

    @Test("refuses another type")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("GEOPOS text a").isError(startingWith: "WRONGTYPE"))
    }
}
