// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZCOUNT")
struct ZCOUNTTests {
    @Test(
        "counts the scores in a range",
        arguments: [
            ("-inf +inf", 5), ("2 4", 3), ("(2 (4", 1), ("(2 4", 2), ("4 2", 0), ("(3 3", 0),
            ("2.5 1e400", 3), ("\"\" 5", 5), ("( 5", 5),
        ])
    func scores(range: String, count: Int64) {
        let database = TestDatabase()
        database("ZADD z 1 a 2 b 3 c 4 d 5 e")
        #expect(database("ZCOUNT z \(range)") == .integer(count))
        #expect(database("ZCOUNT missing \(range)") == 0)
    }

    @Test("counts members in a range of bytes")
    func bytes() {
        let database = TestDatabase()
        database("ZADD z 0 a 0 b 0 c 0 d")
        #expect(database("ZLEXCOUNT z - +") == 4)
        #expect(database("ZLEXCOUNT z [b (d") == 2)
        #expect(database("ZLEXCOUNT z + -") == 0)
        #expect(database("ZLEXCOUNT z [zz +") == 0)
    }

    @Test(
        "refuses what is no range",
        arguments: [
            ("ZCOUNT z x 1", "ERR min or max is not a float"),
            ("ZCOUNT z 1 nan", "ERR min or max is not a float"),
            ("ZCOUNT z 0x10 20", "ERR min or max is not a float"),
            ("ZCOUNT z \" 1\" 20", "ERR min or max is not a float"),
            ("ZLEXCOUNT z a [b", "ERR min or max not valid string range item"),
            ("ZLEXCOUNT z \"\" [b", "ERR min or max not valid string range item"),
            ("ZLEXCOUNT z -x [b", "ERR min or max not valid string range item"),
            ("ZCOUNT text 1 2", "WRONGTYPE"),
            ("ZLEXCOUNT text - +", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)))
    }
}
