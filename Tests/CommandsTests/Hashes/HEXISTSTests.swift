// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HEXISTS")
struct HEXISTSTests {
    @Test("tells 1 from 0")
    func answers() {
        let database = TestDatabase()
        database("HSET h f ''")
        #expect(database("HEXISTS h f") == 1)
        #expect(database("HEXISTS h x") == 0)
        #expect(database("HEXISTS missing f") == 0)
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HEXISTS text f").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hexists' command")
        #expect(database("HEXISTS") == arity)
        #expect(database("HEXISTS h") == arity)
    }
}
