// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("HSTRLEN")
struct HSTRLENTests {
    @Test("answers with the bytes of the value")
    func length() {
        let database = TestDatabase()
        database("HSET h f value n -123 e ''")
        #expect(database("HSTRLEN h f") == 5)
        #expect(database("HSTRLEN h n") == 4)
        #expect(database("HSTRLEN h e") == 0)
        #expect(database("HSTRLEN h x") == 0)
        #expect(database("HSTRLEN missing f") == 0)
    }

    @Test("refuses another type and a wrong number of arguments")
    func errors() {
        let database = TestDatabase()
        database("SET text value")
        #expect(database("HSTRLEN text f").isError(startingWith: "WRONGTYPE"))
        let arity: Reply = .error("ERR wrong number of arguments for 'hstrlen' command")
        #expect(database("HSTRLEN") == arity)
        #expect(database("HSTRLEN h") == arity)
    }
}
