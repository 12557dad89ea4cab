// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("XACKDEL")
struct XACKDELTests {
    let database = TestDatabase()

    init() {
        for index in 1...4 { database("XADD s \(index) a 1") }
        for group in ["g", "h"] {
            database("XGROUP CREATE s \(group) 0")
            database("XREADGROUP GROUP \(group) c STREAMS s >")
        }
    }

    @Test("acknowledges and deletes, as far as other groups matter")
    func policies() {
        #expect(database("XACKDEL s g IDS 2 1 9") == [1, -1])
        #expect(database("XLEN s") == 3)
        #expect(database("XPENDING s h").elements?.first == 4)
        #expect(database("XACKDEL s g ACKED IDS 1 2") == [2])
        #expect(database("XLEN s") == 3)
        #expect(database("XACKDEL s h ACKED IDS 1 2") == [1])
        #expect(database("XLEN s") == 2)
        #expect(database("XACKDEL s g DELREF IDS 1 3") == [1])
        #expect(database("XPENDING s h") == [2, "1-0", "4-0", [["c", "2"]]])
        // It was deleted before; that counts.
        #expect(database("XACKDEL s h IDS 1 1") == [1])
    }

    @Test("without group each is unknown")
    func missing() {
        #expect(database("XACKDEL s none IDS 2 1 2") == [-1, -1])
        #expect(database("XACKDEL missing g IDS 1 1") == [-1])
        #expect(database("XACKDEL s g IDS 1 x").isError(startingWith: "ERR Invalid stream ID"))
        #expect(database("XACKDEL s g x 1 1").isError(startingWith: "ERR syntax error"))
        #expect(database("XACKDEL s g KEEPREF").isError(startingWith: "ERR wrong number"))
        database("SET text value")
        #expect(database("XACKDEL text g IDS 1 1").isError(startingWith: "WRONGTYPE"))
    }
}
