// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HGETDEL")
struct HGETDELTests {
    @Test("answers with the values and removes the fields, and the key with the last")
    func removes() {
        let database = TestDatabase()
        database("HSET h a 1 b 2 c 3")
        database.collectEvents()
        #expect(database("HGETDEL h FIELDS 3 a x a") == ["1", nil, nil])
        #expect(database.takeEvents() == ["hdel h"])
        #expect(database("HGETDEL h fields 2 b c") == ["2", "3"])
        #expect(database.takeEvents() == ["hdel h", "del h"])
        #expect(database("HGETDEL h FIELDS 1 a") == [nil])
        #expect(database.takeEvents() == [])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            (
                "HGETDEL h FIELD 1 a",
                "ERR Mandatory argument FIELDS is missing or not at the right position"
            ),
            ("HGETDEL h FIELDS 0 a", "ERR Number of fields must be a positive integer"),
            ("HGETDEL h FIELDS x a", "ERR Number of fields must be a positive integer"),
            (
                "HGETDEL h FIELDS 2 a",
                "ERR The `numfields` parameter must match the number of arguments"
            ),
            (
                "HGETDEL text FIELD 1 a",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            ),
            ("HGETDEL h FIELDS 1", "ERR wrong number of arguments for 'hgetdel' command"),
        ])
    func rejection(request: String, error: String) {
        let database = TestDatabase()
        database("SET text value")
        #expect(database(request) == .error(ByteString(error)))
    }
}
