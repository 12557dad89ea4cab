// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("CTX.INFO")
struct CTX_INFOTests {
    @Test("describes a context")
    func description() {
        let database = TestDatabase(protocolVersion: 3)
        let start = Reply.integer(database.nowMilliseconds)
        database("CTX.APPEND c MSG user a TOKENS 4 VEC abcdefgh")
        database.advance(milliseconds: 5)
        database("CTX.APPEND c MSG assistant b TOKENS 5 CALLS 2 y x")
        let info = database("CTX.INFO c")
        #expect(info.elements?.count == 20)
        #expect(info["messages"] == 2)
        #expect(info["tokens"] == 9)
        #expect(info["version"] == 2)
        #expect(info["dim"] == 2)
        #expect(info["first-seq"] == 1)
        #expect(info["last-seq"] == 2)
        #expect(info["first-time"] == start)
        #expect(info["last-time"] == .integer(database.nowMilliseconds))
        #expect(info["open-calls"] == ["x", "y"])
        #expect((info["bytes"]?.integer ?? 0) > 100)
    }

    @Test("says that there is none")
    func missing() {
        #expect(TestDatabase()("CTX.INFO none") == .error("ERR no such key"))
    }
}
