// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("CTX.GET")
struct CTX_GETTests {
    @Test("answers in the order asked, null for what is not there")
    func order() {
        let database = TestDatabase()
        database("CTX.APPEND c MSG user a MSG user b")
        let reply = database("CTX.GET c 2 9 1 -1 0")
        #expect(reply.elements?.map { $0["content"] } == ["b", nil, "a", nil, nil])
        #expect(database("CTX.GET none 1") == [nil])
        #expect(database("CTX.GET c 1 x").isError(startingWith: "ERR value is not an integer"))
    }
}
