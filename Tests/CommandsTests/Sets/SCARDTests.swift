// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SCARD")
struct SCARDTests {
    @Test("counts members", arguments: [1, 200, 600])
    func counts(count: Int) {
        let database = TestDatabase()
        for number in 0..<count { database("SADD s \(number)") }
        #expect(database("SCARD s") == .integer(Int64(count)))
        #expect(database("SCARD missing") == 0)
        database("SET text value")
        #expect(database("SCARD text").isError(startingWith: "WRONGTYPE"))
    }
}
