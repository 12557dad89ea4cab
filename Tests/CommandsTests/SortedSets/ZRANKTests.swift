// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZRANK")
struct ZRANKTests {
    @Test("answers the place from either end", arguments: [3, 300])
    func ranks(members: Int) {
        let database = TestDatabase()
        for number in 0..<members { database("ZADD z \(number) m\(number)") }
        for number in [0, 1, members / 2, members - 1] {
            #expect(database("ZRANK z m\(number)") == .integer(Int64(number)))
            #expect(database("ZREVRANK z m\(number)") == .integer(Int64(members - 1 - number)))
        }
        #expect(database("ZRANK z m1 WITHSCORE") == [1, "1"])
        #expect(database("ZREVRANK z nobody") == nil)
        #expect(database("ZRANK missing a") == nil)
    }

    @Test("answers a null array WITHSCORE")
    func nulls() {
        let database = TestDatabase()
        #expect(database.client.wire("ZRANK missing a WITHSCORE") == "*-1\r\n")
        #expect(database.client.wire("ZRANK missing a") == "$-1\r\n")
    }

    @Test("explains what it cannot accept")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("ZRANK z a x") == .error("ERR syntax error"))
        #expect(
            database("ZREVRANK z a WITHSCORE x")
                == .error("ERR wrong number of arguments for 'zrevrank' command"))
        #expect(database("ZRANK text a").isError(startingWith: "WRONGTYPE"))
    }
}
