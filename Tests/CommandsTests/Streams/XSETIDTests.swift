// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XSETID")
struct XSETIDTests {
    let database = TestDatabase()

    @Test("sets the last identifier and the counters")
    func setting() {
        database("XADD s 1 a 1")
        #expect(database("XSETID s 200-7 ENTRIESADDED 100 MAXDELETEDID 50-1") == "OK")
        let info = database("XINFO STREAM s")
        #expect(info["last-generated-id"] == "200-7")
        #expect(info["entries-added"] == 100)
        #expect(info["max-deleted-entry-id"] == "50-1")
        #expect(database("XADD s 200-* a 1") == "200-8")
        #expect(database("XSETID s 300 MAXDELETEDID 0-0") == "OK")
        #expect(database("XINFO STREAM s")["max-deleted-entry-id"] == "50-1")
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XSETID missing 1", "ERR no such key"), ("XSETID s x", "ERR Invalid stream ID"),
            ("XSETID s 4", "ERR The ID specified in XSETID is smaller than the target stream top"),
            ("XSETID s 2", "ERR The ID specified in XSETID is smaller than current max_deleted"),
            (
                "XSETID s 9 MAXDELETEDID 10",
                "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id"
            ),
            ("XSETID s 9 ENTRIESADDED -1", "ERR entries_added must be positive"),
            ("XSETID s 9 ENTRIESADDED x", "ERR value is not an integer"),
            ("XSETID s 9 ENTRIESADDED 1", "ERR The entries_added specified in XSETID is smaller"),
            ("XSETID s 9 ENTRIESADDED", "ERR syntax error"), ("XSETID text 1", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        for index in 1...5 { database("XADD s \(index) a 1") }
        database("XDEL s 3")
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
        #expect(database("XINFO STREAM s")["last-generated-id"] == "5-0")
    }
}
