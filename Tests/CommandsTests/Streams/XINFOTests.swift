// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("XINFO")
struct XINFOTests {
    let database = TestDatabase(nowMilliseconds: 1000)

    init() {
        for index in 1...3 { database("XADD s \(index) a \(index)") }
        database("XGROUP CREATE s g 0")
        database("XREADGROUP GROUP g bob COUNT 2 STREAMS s >")
    }

    @Test("tells of the stream")
    func stream() {
        #expect(
            database("XINFO STREAM s") == [
                "length", 3, "radix-tree-keys", 1, "radix-tree-nodes", 2, "last-generated-id",
                "3-0", "max-deleted-entry-id", "0-0", "entries-added", 3,
                "recorded-first-entry-id", "1-0", "groups", 1, "first-entry", ["1-0", ["a", "1"]],
                "last-entry", ["3-0", ["a", "3"]],
            ])
        database("XTRIM s MAXLEN 0")
        #expect(database("XINFO STREAM s")["first-entry"] == nil as Reply)
        #expect(database("XINFO STREAM s")["radix-tree-nodes"] == 1)
    }

    @Test("tells of everything, up to a count")
    func full() {
        let info = database("XINFO STREAM s FULL COUNT 1")
        #expect(info["entries"] == [["1-0", ["a", "1"]]])
        #expect(
            info["groups"] == [
                [
                    "name", "g", "last-delivered-id", "2-0", "entries-read", 2, "lag", 1,
                    "pel-count", 2, "pending", [["1-0", "bob", 1000, 1]], "consumers",
                    [
                        [
                            "name", "bob", "seen-time", 1000, "active-time", 1000, "pel-count", 2,
                            "pending", [["1-0", 1000, 1]],
                        ]
                    ],
                ]
            ])
        #expect(database("XINFO STREAM s FULL COUNT 0")["entries"]?.elements?.count == 3)
        #expect(database("XINFO STREAM s FULL COUNT -1")["entries"]?.elements?.count == 3)
    }

    @Test("tells how much a group has yet to read, while that is known")
    func lag() {
        func group() -> Reply? { database("XINFO GROUPS s").elements?.first }
        #expect(group()?["lag"] == 1)
        database("XDEL s 3")
        #expect(group()?["lag"] == nil as Reply)
        database("XADD s 4 a 4")
        database("XREADGROUP GROUP g bob STREAMS s >")
        #expect(group()?["entries-read"] == 4)
        #expect(group()?["lag"] == 0)
        database("XGROUP SETID s g 1")
        #expect(group()?["entries-read"] == nil as Reply)
        #expect(group()?["lag"] == nil as Reply)
        database("XTRIM s MAXLEN 0")
        #expect(group()?["lag"] == 0)
    }

    @Test("tells of consumers, when they tried something and when they got something")
    func consumers() {
        database.advance(milliseconds: 30)
        database("XGROUP CREATECONSUMER s g alice")
        database("XREADGROUP GROUP g bob COUNT 1 STREAMS s >")
        database("XREADGROUP GROUP g bob COUNT 1 STREAMS s 0")
        database.advance(milliseconds: 10)
        database("XREADGROUP GROUP g bob COUNT 1 STREAMS s >")
        database.advance(milliseconds: 5)
        #expect(
            database("XINFO CONSUMERS s g") == [
                ["name", "alice", "pending", 0, "idle", 15, "inactive", -1],
                ["name", "bob", "pending", 3, "idle", 5, "inactive", 15],
            ])
    }

    @Test(
        "explains what it cannot accept",
        arguments: [
            ("XINFO STREAM missing", "ERR no such key"),
            ("XINFO GROUPS missing", "ERR no such key"),
            ("XINFO CONSUMERS s none", "NOGROUP No such consumer group 'none' for key name 's'"),
            ("XINFO STREAM s x", "ERR unknown subcommand or wrong number of arguments for"),
            ("XINFO STREAM s FULL COUNT", "ERR unknown subcommand or wrong number"),
            ("XINFO STREAM s FULL x 1", "ERR unknown subcommand or wrong number"),
            ("XINFO STREAM s FULL COUNT x", "ERR value is not an integer"),
            ("XINFO STREAM s FULL COUNT 1 2", "ERR unknown subcommand or wrong number"),
            ("XINFO GROUPS s x", "ERR wrong number of arguments for 'xinfo|groups' command"),
            ("XINFO STREAM text", "WRONGTYPE"),
        ] as [(String, ByteString)])
    func rejection(request: String, error: ByteString) {
        database("SET text value")
        #expect(database(request).isError(startingWith: error), "\(database(request))")
    }
}
