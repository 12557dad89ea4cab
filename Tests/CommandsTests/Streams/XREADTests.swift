// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XREAD")
struct XREADTests {
    let database = TestDatabase()

    init() {
        for index in 1...3 { database("XADD s \(index) a \(index)") }
        database("XADD t 9 b 1")
    }

    @Test("returns what is behind an identifier, of each stream that has it")
    func reading() {
        #expect(
            database("XREAD COUNT 1 STREAMS s t missing 1 0 0") == [
                ["s", [["2-0", ["a", "2"]]]], ["t", [["9-0", ["b", "1"]]]],
            ])
        #expect(database("XREAD STREAMS s t 3 9") == nil)
        #expect(database("XREAD STREAMS s $") == nil)
        #expect(database("XREAD STREAMS s t + +").elements?.count == 2)
        #expect(database("XREAD STREAMS s +") == [["s", [["3-0", ["a", "3"]]]]])
        database("XDEL s 3")
        #expect(database("XREAD STREAMS s +") == [["s", [["2-0", ["a", "2"]]]]])
    }

    @Test("answers a map in RESP3")
    func map() {
        let client = database.connect(protocolVersion: 3)
        #expect(client("XREAD STREAMS t 0") == ["t": [["9-0", ["b", "1"]]]])
        #expect(client.wire("XREAD STREAMS t 9") == "_\r\n")
    }

    @Test("waits for what comes after the moment at which it began to")
    func blocking() {
        let (first, second) = (database.connect(), database.connect())
        #expect(first("XREAD BLOCK 0 STREAMS s u $ $") == .blocked)
        #expect(second("XREAD BLOCK 0 STREAMS s 5") == .blocked)
        database("XDEL s 1")
        database("XADD s 4 a 4")
        #expect(first.takeLateReply() == [["s", [["4-0", ["a", "4"]]]]])
        #expect(second.isBlocked)
        database("XADD s 6 a 6")
        #expect(second.takeLateReply() == [["s", [["6-0", ["a", "6"]]]]])
        #expect(first("XREAD BLOCK 0 STREAMS missing $") == .blocked)
        database("XADD missing 1 a 1")
        #expect(first.takeLateReply() == [["missing", [["1-0", ["a", "1"]]]]])
    }

    @Test("waits for the last entry of an empty stream, too")
    func waitingForLast() {
        let client = database.connect()
        #expect(client("XREAD BLOCK 0 STREAMS new +") == .blocked)
        database("MULTI")
        database("XADD new 1 a 1")
        database("XADD new 2 a 2")
        database("EXEC")
        #expect(client.takeLateReply() == [["new", [["2-0", ["a", "2"]]]]])
    }

    @Test("gives up in time, and at once where waiting is not allowed")
    func timeout() {
        let client = database.connect()
        #expect(client("XREAD BLOCK 20 STREAMS s $") == .blocked)
        database.advance(milliseconds: 20)
        #expect(client.takeLateReply() == nil as Reply)
        #expect(!client.isBlocked)
        client("MULTI")
        client("XREAD BLOCK 0 STREAMS s $")
        #expect(client("EXEC") == [nil])
    }

    @Test("goes on waiting when the key is deleted or holds another type")
    func otherType() {
        let client = database.connect()
        #expect(client("XREAD BLOCK 0 STREAMS s $") == .blocked)
        database("DEL s")
        database("SET s text")
        #expect(client.isBlocked)
        database("DEL s")
        database("XADD s 7 a 1")
        #expect(client.takeLateReply() == [["s", [["7-0", ["a", "1"]]]]])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XREAD STREAMS s", "ERR wrong number of arguments"),
            ("XREAD COUNT 1 STREAMS s", "ERR Unbalanced 'xread' list of streams: for each stream"),
            ("XREAD COUNT 1 s 0", "ERR syntax error"),
            ("XREAD COUNT 1 STREAMS", "ERR syntax error"),
            ("XREAD COUNT x STREAMS s 0", "ERR value is not an integer"),
            ("XREAD BLOCK -1 STREAMS s 0", "ERR timeout is negative"),
            ("XREAD BLOCK x STREAMS s 0", "ERR timeout is not an integer or out of range"),
            ("XREAD BLOCK 9223372036854775807 STREAMS s 0", "ERR timeout is out of range"),
            ("XREAD GROUP g c STREAMS s 0", "ERR The GROUP option is only supported by XREADGROUP"),
            ("XREAD NOACK STREAMS s 0", "ERR The NOACK option is only supported by XREADGROUP"),
            ("XREAD STREAMS s >", "ERR The > ID can be specified only when calling XREADGROUP"),
            ("XREAD STREAMS s x", "ERR Invalid stream ID"), ("XREAD STREAMS text 0", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
