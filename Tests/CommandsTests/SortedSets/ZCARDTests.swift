// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("ZCARD")
struct ZCARDTests {
    @Test("counts the members")
    func counts() {
        let database = TestDatabase()
        #expect(database("ZCARD z") == 0)
        database("ZADD z 1 a 2 b 3 c")
        #expect(database("ZCARD z") == 3)
        database("SET text value")
        #expect(database("ZCARD text").isError(startingWith: "WRONGTYPE"))
    }
}
