// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XGROUP")
struct XGROUPTests {
    let database = TestDatabase()

    @Test("makes groups, with their stream when asked to")
    func creating() {
        #expect(
            database("XGROUP CREATE s g $").isError(
                startingWith: "ERR The XGROUP subcommand requires the key to exist."))
        #expect(database("XGROUP CREATE s g $ MKSTREAM ENTRIESREAD 5") == "OK")
        #expect(database("XGROUP CREATE s g 0").isError(startingWith: "BUSYGROUP"))
        #expect(database("XLEN s") == 0)
        #expect(database("XINFO GROUPS s").elements?.first?["entries-read"] == 0)
        database("XADD s 5 a 1")
        #expect(database("XGROUP CREATE s h $") == "OK")
        #expect(
            database("XINFO GROUPS s").elements?.map { $0["last-delivered-id"] } == ["0-0", "5-0"])
    }

    @Test("sets how far a group has read")
    func setting() {
        database("XADD s 5 a 1")
        database("XGROUP CREATE s g 0")
        for (id, last) in [("$", "5-0"), ("3", "3-0"), ("-", "0-0")] {
            #expect(database("XGROUP SETID s g \(id) ENTRIESREAD 1") == "OK")
            let group = database("XINFO GROUPS s").elements?.first
            #expect(group?["last-delivered-id"] == Reply(stringLiteral: last))
            #expect(group?["entries-read"] == 1)
        }
        database("XGROUP SETID s g 0 ENTRIESREAD 99")
        #expect(database("XINFO GROUPS s").elements?.first?["entries-read"] == 1)
        #expect(database("XGROUP SETID s none 0").isError(startingWith: "NOGROUP"))
    }

    @Test("makes and removes consumers")
    func consumers() {
        for index in 1...3 { database("XADD s \(index) a 1") }
        database("XGROUP CREATE s g 0")
        #expect(database("XGROUP CREATECONSUMER s g bob") == 1)
        #expect(database("XGROUP CREATECONSUMER s g bob") == 0)
        database("XREADGROUP GROUP g bob COUNT 2 STREAMS s >")
        #expect(database("XGROUP DELCONSUMER s g bob") == 2)
        #expect(database("XGROUP DELCONSUMER s g bob") == 0)
        #expect(database("XPENDING s g").elements?.first == 0)
        #expect(
            database("XGROUP CREATECONSUMER s none bob")
                == .error("NOGROUP No such consumer group 'none' for key name 's'"))
    }

    @Test("removes groups; who waits for one is told")
    func destroying() {
        database("XGROUP CREATE s g $ MKSTREAM")
        let (reader, other) = (database.connect(), database.connect())
        #expect(reader("XREADGROUP GROUP g c BLOCK 0 STREAMS s >") == .blocked)
        #expect(other("XREAD BLOCK 0 STREAMS s $") == .blocked)
        #expect(database("XGROUP DESTROY s g") == 1)
        #expect(reader.takeLateReply()?.isError(startingWith: "NOGROUP") == true)
        #expect(other.isBlocked)
        #expect(database("XGROUP DESTROY s g") == 0)
    }

    @Test("neither watchers nor waiting clients learn of groups")
    func aside() {
        database("XADD s 1 a 1")
        let other = database.connect()
        other("WATCH s")
        database.keyspace.collectedEvents = [.stream]
        database("XGROUP CREATE s g 0")
        database("XGROUP SETID s g 0")
        database("XGROUP CREATECONSUMER s g c")
        database("XGROUP DELCONSUMER s g c")
        database("XGROUP DESTROY s g")
        #expect(
            database.takeEvents() == [
                "xgroup-create s", "xgroup-setid s", "xgroup-createconsumer s",
                "xgroup-delconsumer s", "xgroup-destroy s",
            ])
        other("MULTI")
        other("PING")
        #expect(other("EXEC") == ["PONG"])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XGROUP CREATE s g", "ERR wrong number of arguments for 'xgroup|create' command"),
            ("XGROUP CREATE s g x", "ERR Invalid stream ID"),
            ("XGROUP CREATE s g 0 x", "ERR unknown subcommand or wrong number of arguments for"),
            ("XGROUP CREATE s g 0 ENTRIESREAD -2", "ERR value for ENTRIESREAD must be positive"),
            ("XGROUP SETID s g 0 MKSTREAM", "ERR unknown subcommand or wrong number"),
            ("XGROUP NONSENSE s g", "ERR unknown subcommand 'NONSENSE'. Try XGROUP HELP."),
            ("XGROUP CREATE text g 0", "WRONGTYPE"), ("XGROUP DESTROY text g", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("XADD s 1 a 1")
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
