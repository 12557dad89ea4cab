// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("LLEN")
struct LLENTests {
    let database = TestDatabase()

    @Test("counts, also what is not there")
    func count() {
        #expect(database("LLEN list") == 0)
        database("RPUSH list a b c")
        #expect(database("LLEN list") == 3)
        database("SET text value")
        #expect(database("LLEN text").isError(startingWith: "WRONGTYPE"))
    }
}
