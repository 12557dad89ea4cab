// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XAUTOCLAIM")
struct XAUTOCLAIMTests {
    let database = TestDatabase()

    init() {
        for index in 1...5 { database("XADD s \(index) a \(index)") }
        database("XGROUP CREATE s g 0")
        database("XREADGROUP GROUP g bob STREAMS s >")
        database.advance(milliseconds: 50)
    }

    @Test("goes on where it stopped, and names what is no more")
    func iterating() {
        database("XDEL s 2")
        #expect(
            database("XAUTOCLAIM s g alice 10 - COUNT 2") == [
                "3-0", [["1-0", ["a", "1"]]], ["2-0"],
            ])
        #expect(
            database("XAUTOCLAIM s g alice 10 3 COUNT 2 JUSTID") == ["5-0", ["3-0", "4-0"], []])
        #expect(database("XAUTOCLAIM s g alice 10 5 JUSTID") == ["0-0", ["5-0"], []])
        #expect(database("XAUTOCLAIM s g alice 10 (5") == ["0-0", [], []])
        #expect(database("XPENDING s g - + 10 bob") == [])
        #expect(
            database("XPENDING s g - + 2") == [["1-0", "alice", 0, 2], ["3-0", "alice", 0, 1]])
    }

    @Test("looks at ten entries for each that is wanted")
    func attempts() {
        for index in 6...30 { database("XADD s \(index) a 1") }
        database("XREADGROUP GROUP g bob STREAMS s >")
        #expect(database("XAUTOCLAIM s g alice 1000 - COUNT 1") == ["11-0", [], []])
        #expect(database("XAUTOCLAIM s g alice 1000 11 COUNT 2") == ["0-0", [], []])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XAUTOCLAIM s none c 0 -", "NOGROUP No such key 's' or consumer group 'none'"),
            ("XAUTOCLAIM s g c x -", "ERR Invalid min-idle-time argument for XAUTOCLAIM"),
            ("XAUTOCLAIM s g c 0 x", "ERR Invalid stream ID"),
            ("XAUTOCLAIM s g c 0 - COUNT 0", "ERR COUNT must be > 0"),
            ("XAUTOCLAIM s g c 0 - COUNT 9223372036854775807", "ERR COUNT must be > 0"),
            ("XAUTOCLAIM s g c 0 - COUNT", "ERR syntax error"),
            ("XAUTOCLAIM text g c 0 -", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
