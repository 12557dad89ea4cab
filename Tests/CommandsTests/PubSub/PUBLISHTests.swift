// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import TestSupport
import Testing

@Suite("PUBLISH")
struct PUBLISHTests {
    private let database = TestDatabase()

    @Test("reaches channels first, then patterns, each once")
    func receivers() {
        let client = database.connect()
        #expect(database("PUBLISH news hello") == 0)
        client("SUBSCRIBE news")
        client("PSUBSCRIBE n* ne?s other")
        #expect(database("PUBLISH news hello") == 3)
        #expect(
            client.takePushes() == [
                ["message", "news", "hello"], ["pmessage", "n*", "news", "hello"],
                ["pmessage", "ne?s", "news", "hello"],
            ])
        #expect(database("PUBLISH newt hello") == 1)
        #expect(client.takePushes() == [["pmessage", "n*", "newt", "hello"]])
    }

    @Test("keeps shards' channels apart")
    func shards() {
        let (client, pattern) = (database.connect(), database.connect())
        client("SSUBSCRIBE news")
        pattern("PSUBSCRIBE *")
        #expect(database("PUBLISH news hello") == 1)
        #expect(client.takePushes() == [])
        #expect(database("SPUBLISH news hello") == 1)
        #expect(client.takePushes() == [["smessage", "news", "hello"]])
        #expect(pattern.takePushes() == [["pmessage", "*", "news", "hello"]])
        #expect(database("SPUBLISH none hello") == 0)
    }

    @Test("to oneself comes behind the reply, and behind a whole transaction")
    func oneself() {
        let client = database.connect(protocolVersion: 3)
        client("SUBSCRIBE a")
        let message = ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n"
        #expect(client.wire("PUBLISH a x") == ByteString(":1\r\n" + message))
        client("MULTI")
        client("PUBLISH a x")
        client("PING")
        #expect(client.wire("EXEC") == ByteString("*2\r\n:1\r\n+PONG\r\n" + message))
    }

    @Test("goes to a client that waits, and what it waits for comes later")
    func waiting() {
        let client = database.connect(protocolVersion: 3)
        client("SUBSCRIBE a")
        #expect(client("BLPOP list 0") == .blocked)
        database("PUBLISH a x")
        database("RPUSH list 1")
        #expect(client.takePushes() == [.push(["message", "a", "x"]), ["list", "1"]])
    }

    @Test("wakes a connection once a batch")
    func wakeUps() {
        let client = database.connect()
        client("SUBSCRIBE a")
        var calls = 0
        client.session.onOutput = { calls += 1 }
        database("MULTI")
        for _ in 0..<10 { database("PUBLISH a x") }
        database("EXEC")
        #expect(calls == 1)
        #expect(client.takePushes().count == 10)
    }

    @Test("tells when too much waits to be sent, and stops when nothing more is wanted")
    func pressure() {
        let client = database.connect()
        client("SUBSCRIBE a")
        client.session.outboxCheckBytes = 100
        let session = client.session
        client.session.onPressure = { session.doom() }
        for _ in 0..<20 { #expect(database("PUBLISH a 0123456789") == 1) }
        #expect(client.takePushes() == [])
    }
}
