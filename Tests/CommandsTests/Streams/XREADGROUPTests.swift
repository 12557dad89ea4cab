// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XREADGROUP")
struct XREADGROUPTests {
    let database = TestDatabase()

    init() {
        for index in 1...4 { database("XADD s \(index) a \(index)") }
        database("XGROUP CREATE s g 0")
    }

    @Test("delivers each entry once, and shows it again until it is acknowledged")
    func delivering() {
        #expect(
            database("XREADGROUP GROUP g bob COUNT 1 STREAMS s >") == [
                ["s", [["1-0", ["a", "1"]]]]
            ])
        #expect(
            database("XREADGROUP GROUP g amy COUNT 1 STREAMS s >") == [
                ["s", [["2-0", ["a", "2"]]]]
            ])
        #expect(
            database("XREADGROUP GROUP g bob STREAMS s 0") == [["s", [["1-0", ["a", "1"]]]]])
        #expect(database("XPENDING s g - + 1") == [["1-0", "bob", 0, 2]])
        #expect(database("XREADGROUP GROUP g bob STREAMS s 1") == [["s", []]])
        database("XACK s g 1")
        #expect(database("XREADGROUP GROUP g bob STREAMS s 0") == [["s", []]])
        database("XDEL s 2")
        #expect(database("XREADGROUP GROUP g amy STREAMS s 0") == [["s", [["2-0", nil]]]])
    }

    @Test("NOACK leaves nothing to acknowledge")
    func noAcknowledgement() {
        #expect(database("XREADGROUP GROUP g bob NOACK STREAMS s >").elements?.count == 1)
        #expect(database("XPENDING s g").elements?.first == 0)
        #expect(database("XINFO GROUPS s").elements?.first?["entries-read"] == 4)
        #expect(database("XINFO CONSUMERS s g").elements?.first?["inactive"] == -1)
    }

    @Test("an entry that is delivered again belongs to the last")
    func reassigning() {
        database("XREADGROUP GROUP g bob STREAMS s >")
        database("XGROUP SETID s g 0")
        database("XREADGROUP GROUP g amy COUNT 2 STREAMS s >")
        #expect(database("XPENDING s g").elements?.last == [["amy", "2"], ["bob", "2"]])
    }

    @Test("one stream named twice is read once")
    func sameStream() {
        #expect(
            database("XREADGROUP GROUP g bob STREAMS s s > >").elements?.count == 1)
        #expect(database("XPENDING s g").elements?.first == 4)
        #expect(database("XREADGROUP GROUP g bob STREAMS s s > 0").elements?.count == 1)
    }

    @Test("waiting clients get entries in their order, a snapshot or not")
    func blocking() {
        database("XGROUP SETID s g $")
        let clients = (0..<3).map { _ in database.connect() }
        for (index, client) in clients.enumerated() {
            let request = "XREADGROUP GROUP g c\(index) COUNT 1 BLOCK 0 STREAMS s >"
            #expect(client(request) == .blocked)
        }
        let snapshot = database.keyspace.snapshot()
        database("XADD s 5 a 5")
        #expect(clients[0].takeLateReply() == [["s", [["5-0", ["a", "5"]]]]])
        #expect(clients[1].isBlocked)
        database("MULTI")
        database("XADD s 6 a 6")
        database("XADD s 7 a 7")
        database("EXEC")
        #expect(clients[1].takeLateReply() == [["s", [["6-0", ["a", "6"]]]]])
        #expect(clients[2].takeLateReply() == [["s", [["7-0", ["a", "7"]]]]])
        #expect(snapshot.count == 1)
    }

    @Test("who was woken in vain goes behind the others, on all of its keys")
    func wokenInVain() {
        database("XGROUP SETID s g $")
        database("XGROUP CREATE t g $ MKSTREAM")
        let clients = (0..<3).map { _ in database.connect() }
        #expect(clients[0]("XREADGROUP GROUP g a COUNT 1 BLOCK 0 STREAMS s >") == .blocked)
        #expect(clients[1]("XREADGROUP GROUP g b COUNT 1 BLOCK 0 STREAMS s t > >") == .blocked)
        #expect(clients[2]("XREADGROUP GROUP g c COUNT 1 BLOCK 0 STREAMS t >") == .blocked)
        database("XADD s 9 a 9")
        #expect(clients[0].takeLateReply() == [["s", [["9-0", ["a", "9"]]]]])
        database("XADD t 9 a 9")
        #expect(clients[1].isBlocked)
        #expect(clients[2].takeLateReply() == [["t", [["9-0", ["a", "9"]]]]])
    }

    @Test("what moves the group back wakes nobody")
    func moving() {
        database("XGROUP SETID s g $")
        let client = database.connect()
        #expect(client("XREADGROUP GROUP g c BLOCK 0 STREAMS s >") == .blocked)
        database("XGROUP SETID s g 0")
        database("XDEL s 1")
        #expect(client.isBlocked)
        database("XADD s 9 a 9")
        #expect(client.takeLateReply()?.elements?.first?.elements?.last?.elements?.count == 4)
    }

    @Test(
        "the group's end ends the wait",
        arguments: [
            ("DEL s", "NOGROUP"), ("SET s text", "WRONGTYPE"), ("FLUSHALL", "NOGROUP"),
            ("FLUSHDB", "NOGROUP"), ("RENAME other s", "NOGROUP"), ("SWAPDB 0 1", "NOGROUP"),
            ("XGROUP DESTROY s g", "NOGROUP"), ("PEXPIRE s 0", "NOGROUP"), ("MOVE s 3", "NOGROUP"),
        ] as [(String, ByteString)])
    func groupGone(request: String, error: ByteString) {
        database("XADD other 1 a 1")
        database("XGROUP SETID s g $")
        let client = database.connect()
        #expect(client("XREADGROUP GROUP g c BLOCK 0 STREAMS s >") == .blocked)
        #expect(database.dispatcher.blockingKeyCount(whenGone: true) == 1)
        database(request)
        #expect(client.takeLateReply()?.isError(startingWith: error) == true)
        #expect(database.dispatcher.blockingKeyCount() == 0)
    }

    @Test("history never waits")
    func historyDoesNotWait() {
        let client = database.connect()
        #expect(client("XREADGROUP GROUP g c BLOCK 0 STREAMS s 0") == [["s", []]])
        #expect(client("XREADGROUP GROUP g c BLOCK 5 STREAMS s >").elements?.count == 1)
        #expect(client("XREADGROUP GROUP g c BLOCK 5 STREAMS s >") == .blocked)
        database.advance(milliseconds: 5)
        #expect(client.takeLateReply() == nil as Reply)
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            (
                "XREADGROUP GROUP none c STREAMS s >",
                "NOGROUP No such key 's' or consumer group 'none' in XREADGROUP with GROUP option"
            ),
            ("XREADGROUP GROUP g c STREAMS missing >", "NOGROUP No such key 'missing'"),
            ("XREADGROUP COUNT 1 STREAMS s >", "ERR wrong number"),
            ("XREADGROUP COUNT 1 BLOCK 1 STREAMS s >", "ERR Missing GROUP option for XREADGROUP"),
            ("XREADGROUP GROUP g c STREAMS s s >", "ERR Unbalanced 'xreadgroup' list of streams"),
            ("XREADGROUP GROUP g c STREAMS s $", "ERR The $ ID is meaningless in the context of"),
            ("XREADGROUP GROUP g c STREAMS s +", "ERR The + ID is meaningless in the context of"),
            ("XREADGROUP GROUP g c STREAMS s x", "ERR Invalid stream ID"),
            ("XREADGROUP GROUP g c STREAMS text >", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
