// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XCLAIM")
struct XCLAIMTests {
    let database = TestDatabase()

    init() {
        for index in 1...4 { database("XADD s \(index) a \(index)") }
        database("XGROUP CREATE s g 0")
        database("XREADGROUP GROUP g bob COUNT 3 STREAMS s >")
        database.advance(milliseconds: 50)
    }

    @Test("gives entries that wait long enough to another")
    func claiming() {
        #expect(database("XCLAIM s g alice 60 1") == [])
        #expect(database("XCLAIM s g alice 50 1 4") == [["1-0", ["a", "1"]]])
        #expect(database("XPENDING s g - + 1") == [["1-0", "alice", 0, 2]])
        #expect(database("XCLAIM s g alice 0 2 JUSTID") == ["2-0"])
        #expect(database("XPENDING s g 2 + 1") == [["2-0", "alice", 0, 1]])
        #expect(database("XPENDING s g").elements?.last == [["alice", "2"], ["bob", "1"]])
    }

    @Test("options say when and how often it was delivered")
    func options() {
        database("XCLAIM s g alice 0 1 IDLE 500 RETRYCOUNT 7")
        #expect(database("XPENDING s g - + 1") == [["1-0", "alice", 500, 7]])
        database("XCLAIM s g alice 0 1 TIME 99999999999999 JUSTID RETRYCOUNT -1")
        #expect(database("XPENDING s g - + 1") == [["1-0", "alice", 0, 7]])
        #expect(database("XCLAIM s g alice 0 4 FORCE") == [["4-0", ["a", "4"]]])
        #expect(database("XPENDING s g 4 + 1") == [["4-0", "alice", 0, 2]])
        #expect(database("XCLAIM s g alice 0 9 FORCE JUSTID") == [])
        database("XCLAIM s g alice 0 9 LASTID 4")
        #expect(database("XREADGROUP GROUP g bob STREAMS s >") == nil)
    }

    @Test("forgets entries that are no more")
    func deleted() {
        database("XDEL s 1")
        #expect(database("XCLAIM s g alice 0 1 2 JUSTID") == ["2-0"])
        #expect(database("XPENDING s g").elements?.first == 2)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XCLAIM s none c 0 1", "NOGROUP No such key 's' or consumer group 'none'"),
            ("XCLAIM s g c x 1", "ERR Invalid min-idle-time argument for XCLAIM"),
            ("XCLAIM s g c 0 1 IDLE x", "ERR Invalid IDLE option argument for XCLAIM"),
            ("XCLAIM s g c 0 1 TIME x", "ERR Invalid TIME option argument for XCLAIM"),
            ("XCLAIM s g c 0 1 RETRYCOUNT x", "ERR Invalid RETRYCOUNT option argument"),
            ("XCLAIM s g c 0 1 LASTID x", "ERR Invalid stream ID"),
            ("XCLAIM s g c 0 1 IDLE", "ERR Unrecognized XCLAIM option 'IDLE'"),
            ("XCLAIM s g c 0 1 FORCE 2", "ERR Unrecognized XCLAIM option '2'"),
            ("XCLAIM text g c 0 1", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
        #expect(database("XINFO CONSUMERS s g").elements?.count == 1)
    }
}
