// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XDELEX")
struct XDELEXTests {
    let database = TestDatabase()

    init() {
        for index in 1...4 { database("XADD s \(index) a 1") }
        database("XGROUP CREATE s g 0")
        database("XREADGROUP GROUP g c COUNT 2 STREAMS s >")
    }

    @Test("says of each what became of it")
    func policies() {
        #expect(database("XDELEX s IDS 2 1 9") == [1, -1])
        #expect(database("XPENDING s g").elements?.first == 2)
        #expect(database("XDELEX s DELREF IDS 1 2") == [1])
        #expect(database("XPENDING s g").elements?.first == 1)
        // Not read yet.
        #expect(database("XDELEX s ACKED IDS 1 3") == [2])
        database("XREADGROUP GROUP g c STREAMS s >")
        #expect(database("XDELEX s IDS 1 3 ACKED") == [2])
        database("XACK s g 3")
        #expect(database("XDELEX s ACKED IDS 2 3 4") == [1, 2])
        #expect(database("XLEN s") == 1)
        #expect(database("XDELEX missing IDS 2 1 2") == [-1, -1])
    }

    @Test("a group that is gone holds entries as long as no other moves, as in Redis")
    func staleMinimum() {
        database("XGROUP CREATE s slow 1")
        #expect(database("XDELEX s ACKED IDS 1 4") == [2])
        database("XREADGROUP GROUP g c STREAMS s >")
        database("XACK s g 1 2 3 4")
        database("XGROUP DESTROY s slow")
        #expect(database("XDELEX s ACKED IDS 1 4") == [2])
        database("XGROUP SETID s g 0")
        database("XGROUP SETID s g $")
        #expect(database("XDELEX s ACKED IDS 1 4") == [1])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XDELEX s IDS 0 1", "ERR Number of IDs must be a positive integer"),
            ("XDELEX s IDS x 1", "ERR Number of IDs must be a positive integer"),
            ("XDELEX s IDS 2 1", "ERR The `numids` parameter must match"),
            ("XDELEX s IDS 1 1 2", "ERR syntax error"),
            ("XDELEX s KEEPREF ACKED IDS", "ERR syntax error"),
            ("XDELEX s KEEPREF x y", "ERR syntax error"),
            ("XDELEX s IDS 1 x", "ERR Invalid stream ID"),
            ("XDELEX text IDS 1 1", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
