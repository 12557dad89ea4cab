// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("XACK")
struct XACKTests {
    let database = TestDatabase()

    @Test("acknowledges what was delivered, once")
    func acknowledging() {
        for index in 1...3 { database("XADD s \(index) a 1") }
        database("XGROUP CREATE s g 0")
        database("XREADGROUP GROUP g c COUNT 2 STREAMS s >")
        #expect(database("XACK s g 1 1 3 9") == 1)
        #expect(database("XACK s g 1") == 0)
        #expect(database("XPENDING s g") == [1, "2-0", "2-0", [["c", "1"]]])
        #expect(database("XACK s g x").isError(startingWith: "ERR Invalid stream ID"))
        #expect(database("XACK s g 2 x").isError(startingWith: "ERR Invalid stream ID"))
        #expect(database("XPENDING s g").elements?.first == 1)
    }

    @Test("without key or group there is nothing to acknowledge, whatever follows")
    func missing() {
        #expect(database("XACK s g x") == 0)
        database("XADD s 1 a 1")
        #expect(database("XACK s g x") == 0)
        database("SET text value")
        #expect(database("XACK text g 1").isError(startingWith: "WRONGTYPE"))
    }
}
