// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XPENDING")
struct XPENDINGTests {
    let database = TestDatabase()

    init() {
        for index in 1...5 { database("XADD s \(index) a 1") }
        database("XGROUP CREATE s g 0")
        database("XREADGROUP GROUP g bob COUNT 2 STREAMS s >")
        database.advance(milliseconds: 100)
        database("XREADGROUP GROUP g alice COUNT 2 STREAMS s >")
        database.advance(milliseconds: 20)
    }

    @Test("sums up, consumers by name")
    func summary() {
        #expect(
            database("XPENDING s g") == [4, "1-0", "4-0", [["alice", "2"], ["bob", "2"]]])
        database("XACK s g 1 2 3 4")
        #expect(database.client.wire("XPENDING s g") == "*4\r\n:0\r\n$-1\r\n$-1\r\n*-1\r\n")
    }

    @Test("lists a range, one consumer's or what waits long enough")
    func ranges() {
        #expect(
            database("XPENDING s g - + 10") == [
                ["1-0", "bob", 120, 1], ["2-0", "bob", 120, 1], ["3-0", "alice", 20, 1],
                ["4-0", "alice", 20, 1],
            ])
        #expect(database("XPENDING s g (1 3 10 bob") == [["2-0", "bob", 120, 1]])
        #expect(database("XPENDING s g - + 1 alice") == [["3-0", "alice", 20, 1]])
        #expect(database("XPENDING s g IDLE 100 - + 10").elements?.count == 2)
        #expect(database("XPENDING s g IDLE 100 - + 10 alice") == [])
        #expect(database("XPENDING s g - + 10 carol") == [])
        #expect(database("XPENDING s g - + 0") == [])
        #expect(database("XPENDING s g - + -5") == [])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XPENDING s none", "NOGROUP No such key 's' or consumer group 'none'"),
            ("XPENDING missing g", "NOGROUP No such key 'missing' or consumer group 'g'"),
            ("XPENDING s g -", "ERR syntax error"), ("XPENDING s g - +", "ERR syntax error"),
            ("XPENDING s g IDLE 5 - +", "ERR syntax error"),
            ("XPENDING s g - + 1 a b c d", "ERR syntax error"),
            ("XPENDING s g - + x", "ERR value is not an integer"),
            ("XPENDING s g x + 1", "ERR Invalid stream ID"),
            ("XPENDING s g IDLE x - + 1", "ERR value is not an integer"),
            ("XPENDING text g", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
