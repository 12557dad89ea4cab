// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import TestSupport
import Testing

@Suite("Client tracking")
struct TrackingTests {
    private let database = TestDatabase()
    private let reader: TestClient

    init() {
        reader = database.connect(protocolVersion: 3)
    }

    private func track(
        _ client: TestClient, to target: TestClient? = nil,
        _ change: (inout ClientTracking.Options) -> Void = { _ in }
    ) throws(ErrorReply) {
        var options = ClientTracking.Options()
        options.redirect = target?.session.id ?? 0
        change(&options)
        try database.dispatcher.startTracking(
            client.session, options, redirectingTo: target?.session, in: &database.keyspace)
    }

    private func invalidation(_ keys: Reply...) -> Reply { .push(["invalidate", .array(keys)]) }

    @Test("tells a reader once of a change")
    func change() throws {
        try track(reader)
        reader("MGET a b")
        #expect(database.dispatcher.trackingCounts == (1, 2, 2, 0))
        database("SET a 1")
        database("SET a 2")
        database("SET c 2")
        #expect(reader.takePushes() == [invalidation("a")])
        reader("GET a")
        database("DEL a")
        #expect(reader.takePushes() == [invalidation("a")])
        reader("GET b")
        database.dispatcher.stopTracking(reader.session, in: &database.keyspace)
        database("SET b 1")
        #expect(reader.takePushes() == [])
    }

    @Test("tells the one who changes behind the reply, unless told not to")
    func oneself() throws {
        try track(reader)
        reader("GET a")
        #expect(
            reader.wire("SET a 1")
                == ByteString("+OK\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n"))
        try track(reader) { $0.isNoLoop = true }
        reader("GET a")
        #expect(reader.wire("SET a 1") == "+OK\r\n")
    }

    @Test("tells of keys that expire, and of a flush")
    func expiryAndFlush() throws {
        try track(reader)
        database("SET a 1 PX 10")
        reader("GET a")
        database.advance(milliseconds: 20)
        database.expireDue()
        database("PING")
        #expect(reader.takePushes() == [invalidation("a")])
        reader("GET a")
        database("FLUSHALL")
        #expect(reader.takePushes() == [.push(["invalidate", nil])])
        #expect(database.dispatcher.trackingCounts.keys == 0)
    }

    @Test("remembers only what the options say")
    func caching() throws {
        try track(reader) { $0.isOptIn = true }
        reader("GET a")
        database("SET a 1")
        #expect(reader.takePushes() == [])
        try database.dispatcher.giveCaching(reader.session, true)
        reader("GET a")
        reader("GET b")
        database("MSET a 1 b 1")
        #expect(reader.takePushes() == [invalidation("a")])
        database.dispatcher.stopTracking(reader.session, in: &database.keyspace)
        try track(reader) { $0.isOptOut = true }
        try database.dispatcher.giveCaching(reader.session, false)
        reader("GET a")
        reader("GET b")
        database("MSET a 1 b 1")
        #expect(reader.takePushes() == [invalidation("b")])
    }

    @Test("tells of prefixes at the end of a batch, all keys at once")
    func broadcast() throws {
        let (all, some) = (
            database.connect(protocolVersion: 3), database.connect(protocolVersion: 3)
        )
        try track(all) { $0.isBroadcast = true }
        try track(some) {
            $0.isBroadcast = true
            $0.prefixes = ["user:", "cart:"]
        }
        database("MSET user:2 b user:1 a other c user:2 d")
        #expect(all.takePushes() == [invalidation("other", "user:1", "user:2")])
        #expect(some.takePushes() == [invalidation("user:1", "user:2")])
        #expect(database.dispatcher.trackingCounts.prefixes == 3)
        some.disconnect()
        #expect(database.dispatcher.trackingCounts.prefixes == 1)
    }

    @Test("redirects, in RESP2 as messages of a channel")
    func redirection() throws {
        let (data, messages) = (database.connect(), database.connect())
        messages("SUBSCRIBE __redis__:invalidate")
        try track(data, to: messages)
        data("GET a")
        database("SET a 1")
        #expect(messages.takePushes() == [["message", "__redis__:invalidate", ["a"]]])
        data("GET a")
        database("FLUSHDB")
        #expect(messages.takePushes() == [["message", "__redis__:invalidate", nil]])
        try track(reader, to: messages)
        reader("GET a")
        messages.disconnect()
        database("SET a 1")
        #expect(
            reader.takePushes() == [
                .push(["tracking-redir-broken", .integer(messages.session.id)])
            ])
        #expect(reader.session.tracking?.isRedirectBroken == true)
    }

    @Test("keeps its table below the limit, and tells the readers of what it forgets")
    func limit() throws {
        try track(reader)
        for index in 0..<50 { reader("GET key:\(index)") }
        database.dispatcher.limitTrackedKeys(10)
        database("PING")
        #expect(database.dispatcher.trackingCounts.keys == 10)
        #expect(reader.takePushes().count == 40)
    }

    @Test("refuses options that contradict each other or what is on")
    func contradictions() throws {
        #expect(throws: ErrorReply.self) { try track(reader) { $0.prefixes = ["a"] } }
        #expect(throws: ErrorReply.self) {
            try track(reader) {
                $0.isBroadcast = true
                $0.isOptIn = true
            }
        }
        #expect(throws: ErrorReply.self) {
            try track(reader) {
                $0.isOptIn = true
                $0.isOptOut = true
            }
        }
        try track(reader)
        #expect(throws: ErrorReply.self) { try track(reader) { $0.isBroadcast = true } }
        #expect(throws: ErrorReply.self) {
            try database.dispatcher.giveCaching(reader.session, true)
        }
        let other = database.connect(protocolVersion: 3)
        #expect(throws: ErrorReply.self) {
            try track(other) {
                $0.isBroadcast = true
                $0.prefixes = ["foo", "foobar"]
            }
        }
        #expect(other.session.tracking == nil)
    }

    @Test("forgets who has read what when nobody tracks any more")
    func lastLeaves() throws {
        try track(reader)
        reader("MGET a b")
        database.dispatcher.stopTracking(reader.session, in: &database.keyspace)
        #expect(database.dispatcher.trackingCounts == (0, 0, 0, 0))
        try track(reader)
        reader("GET c")
        #expect(database.dispatcher.trackingCounts == (1, 1, 1, 0))
    }

    @Test("keeps below its limit in front of a request that is only queued")
    func limitInTransaction() throws {
        try track(reader)
        reader("MGET a b")
        reader("MULTI")
        database.dispatcher.limitTrackedKeys(1)
        let wire = "\(reader.wire("PING"))"
        #expect(wire.hasPrefix(">2\r\n$10\r\ninvalidate\r\n"))
        #expect(wire.hasSuffix("+QUEUED\r\n"))
        #expect(database.dispatcher.trackingCounts.keys == 1)
    }

    /// The model knows who has read what since it last changed.
    @Test("tells exactly those who have read", arguments: 1...4 as ClosedRange<UInt64>)
    func model(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let readers = (0..<4).map { _ in database.connect(protocolVersion: 3) }
        for reader in readers { try track(reader) }
        var readKeys: [Set<Int>] = Array(repeating: [], count: readers.count)
        for _ in 0..<1000 {
            let (key, who) = (random.below(12), random.below(readers.count))
            if random.below(3) > 0 {
                readers[who]("GET key:\(key)")
                readKeys[who].insert(key)
                continue
            }
            database("INCR key:\(key)")
            for (index, reader) in readers.enumerated() {
                let expected =
                    readKeys[index].remove(key) == nil
                    ? [] : [invalidation(.bulk(ByteString("key:\(key)")))]
                #expect(reader.takePushes() == expected)
            }
        }
    }
}
