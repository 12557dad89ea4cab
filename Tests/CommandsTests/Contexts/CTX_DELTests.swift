// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("CTX.DEL")
struct CTX_DELTests {
    @Test("removes messages, and atoms only whole")
    func removal() {
        let database = TestDatabase()
        database("CTX.APPEND c MSG user a MSG assistant b CALLS 2 x y MSG tool c RESULT x")
        database("CTX.APPEND c MSG user d")
        database.collectEvents()
        #expect(
            database("CTX.DEL c 1 3")
                == .error(
                    "ERR message 3 can't be deleted without 2: they are calls and results of each other"
                ))
        #expect(database("CTX.LEN c") == 4)
        #expect(database("CTX.DEL c 9 0 -1") == 0)
        #expect(database.takeEvents() == [])
        #expect(database("CTX.DEL c 3 2 3 9") == 2)
        #expect(database.takeEvents() == ["ctx.del c"])
        #expect(database("CTX.INFO c")["open-calls"] == [])
        #expect(
            database("CTX.APPEND c MSG tool e RESULT y").isError(startingWith: "ERR RESULT names"))
        #expect(database("CTX.DEL c 1 4") == 2)
        #expect(database("EXISTS c") == 1)
        #expect(database("CTX.APPEND c MSG user e TOKENS 1") == [5, 5, 1])
    }

    @Test("refuses what is no number; a missing key has none")
    func edges() {
        let database = TestDatabase()
        #expect(database("CTX.DEL none 1") == 0)
        #expect(database("CTX.DEL none x").isError(startingWith: "ERR value is not an integer"))
        #expect(database("CTX.DEL none").isError(startingWith: "ERR wrong number"))
    }
}
