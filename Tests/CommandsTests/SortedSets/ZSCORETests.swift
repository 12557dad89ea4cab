// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZSCORE")
struct ZSCORETests {
    @Test("answers scores as text in RESP2, as numbers in RESP3")
    func scores() {
        let database = TestDatabase()
        database("ZADD z 1.5 a inf b 1152921504606846976 c")
        #expect(database("ZSCORE z a") == "1.5")
        #expect(database("ZSCORE z b") == "inf")
        #expect(database("ZSCORE z c") == "1152921504606846976")
        #expect(database("ZSCORE z d") == nil)
        #expect(database("ZSCORE missing a") == nil)
        #expect(database("ZMSCORE z a d b") == ["1.5", nil, "inf"])
        #expect(database("ZMSCORE missing a b") == [nil, nil])
        let modern = database.connect(protocolVersion: 3)
        #expect(modern("ZSCORE z a") == 1.5)
        #expect(modern("ZMSCORE z a d") == [1.5, nil])
    }

    @Test("forgets the sign of zero while packed, as Redis does")
    func negativeZero() {
        let database = TestDatabase()
        database("ZADD z -0 a")
        #expect(database("ZSCORE z a") == "0")
        let filler = String(repeating: "x", count: 65)
        database("ZADD long -0 \(filler)")
        #expect(database("ZSCORE long \(filler)") == "-0")
    }

    @Test("refuses another type")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("ZSCORE text a").isError(startingWith: "WRONGTYPE"))
        #expect(database("ZMSCORE text a").isError(startingWith: "WRONGTYPE"))
    }
}
