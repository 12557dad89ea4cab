// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("XDEL")
struct XDELTests {
    let database = TestDatabase()

    @Test("deletes by identifier, and remembers the greatest")
    func deleting() {
        for index in 1...5 { database("XADD s \(index) a 1") }
        #expect(database("XDEL s 3 3 9 1") == 2)
        #expect(database("XLEN s") == 3)
        let info = database("XINFO STREAM s")
        #expect(info["max-deleted-entry-id"] == "3-0")
        #expect(info["recorded-first-entry-id"] == "2-0")
        #expect(info["entries-added"] == 5)
        #expect(database("XDEL s 2 4 5") == 3)
        #expect(database("XLEN s") == 0)
        #expect(database("EXISTS s") == 1)
        #expect(database("XADD s 5 a 1").isError(startingWith: "ERR The ID specified"))
        #expect(database("XDEL missing 1") == 0)
    }

    @Test("one wrong identifier spoils all; another type is refused")
    func rejection() {
        database("XADD s 1 a 1")
        #expect(database("XDEL s 1 x").isError(startingWith: "ERR Invalid stream ID"))
        #expect(database("XLEN s") == 1)
        database("SET text value")
        #expect(database("XDEL text 1").isError(startingWith: "WRONGTYPE"))
    }

    @Test("tells watchers")
    func watching() {
        database("XADD s 1 a 1")
        let other = database.connect()
        other("WATCH s")
        database("XDEL s 1")
        other("MULTI")
        other("PING")
        #expect(other("EXEC") == nil)
    }
}
