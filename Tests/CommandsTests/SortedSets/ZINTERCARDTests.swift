// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZINTERCARD")
struct ZINTERCARDTests {
    @Test("counts the common members, up to a limit")
    func counts() {
        let database = TestDatabase()
        database("ZADD x 1 a 2 b 3 c")
        database("ZADD y 1 b 2 c 3 d")
        #expect(database("ZINTERCARD 2 x y") == 2)
        #expect(database("ZINTERCARD 2 x y LIMIT 1") == 1)
        #expect(database("ZINTERCARD 2 x y LIMIT 0") == 2)
        #expect(database("ZINTERCARD 2 x missing") == 0)
        #expect(database("ZINTERCARD 1 x") == 3)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("ZINTERCARD 0 x", "ERR at least 1 input key is needed for 'zintercard' command"),
            ("ZINTERCARD 1 x LIMIT -1", "ERR LIMIT can't be negative"),
            ("ZINTERCARD 1 x LIMIT a", "ERR LIMIT can't be negative"),
            ("ZINTERCARD 1 x LIMIT", "ERR syntax error"),
            ("ZINTERCARD 1 x WITHSCORES", "ERR syntax error"),
            ("ZINTERCARD 1 text", "WRONGTYPE"),
        ])
    func errors(request: String, error: String) {
        let database = TestDatabase()
        database("ZADD x 1 a")
        database("SET text value")
        #expect(database(request).isError(startingWith: ByteString(error)))
    }
}
