// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import TestSupport
import Testing

@Suite("SUBSCRIBE")
struct SUBSCRIBETests {
    private let database = TestDatabase()

    @Test("confirms every channel, with the count of channels and patterns")
    func confirmations() {
        let client = database.connect()
        #expect(
            client.wire("SUBSCRIBE a b a")
                == ("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"
                + "*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"
                + "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:2\r\n").bytes)
        #expect(client("PSUBSCRIBE a*") == ["psubscribe", "a*", 3])
        #expect(client("SSUBSCRIBE a") == ["ssubscribe", "a", 1])
        #expect(client("UNSUBSCRIBE none") == ["unsubscribe", "none", 3])
        #expect(client("PUNSUBSCRIBE") == ["punsubscribe", "a*", 2])
        #expect(client("PUNSUBSCRIBE") == ["punsubscribe", nil, 2])
        #expect(
            client.wire("UNSUBSCRIBE")
                == ("*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n"
                + "*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:0\r\n").bytes)
        #expect(client("UNSUBSCRIBE") == ["unsubscribe", nil, 0])
        #expect(client("SUNSUBSCRIBE") == ["sunsubscribe", "a", 0])
        #expect(client("SUBSCRIBE").isError(startingWith: "ERR wrong number of arguments"))
    }

    @Test("speaks RESP3 in pushes")
    func resp3() {
        let client = database.connect(protocolVersion: 3)
        #expect(client("SUBSCRIBE a") == .push(["subscribe", "a", 1]))
        #expect(database("PUBLISH a hello") == 1)
        #expect(client.takePushes() == [.push(["message", "a", "hello"])])
        // A RESP3 client may go on as ever.
        #expect(client("SET k v") == "OK")
        #expect(client("PING") == "PONG")
    }

    @Test("lets a RESP2 client do little else")
    func restrictions() {
        let client = database.connect()
        client("SUBSCRIBE a")
        #expect(
            client("GET k")
                == .error(
                    "ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
                ))
        #expect(client("PING") == ["pong", ""])
        #expect(client("PING hello") == ["pong", "hello"])
        client("UNSUBSCRIBE")
        #expect(client("GET k") == nil)
        client("SSUBSCRIBE a")
        #expect(client("GET k").isError(startingWith: "ERR Can't execute 'get'"))
        #expect(client("RESET") == "RESET")
        #expect(client("GET k") == nil)
        #expect(database("PUBSUB SHARDCHANNELS") == [])
    }

    @Test("is a push, which CLIENT REPLY does not hold back")
    func withoutReplies() {
        let client = database.connect()
        client.session.replyMode = .off
        #expect(client("PING") == .silence)
        #expect(client("SUBSCRIBE a") == ["subscribe", "a", 1])
        database("PUBLISH a hello")
        #expect(client.takePushes() == [["message", "a", "hello"]])
    }

    @Test("ends with the connection")
    func disconnection() {
        let client = database.connect()
        client("SUBSCRIBE a")
        client("PSUBSCRIBE a*")
        #expect(database("PUBLISH a x") == 2)
        client.disconnect()
        #expect(database("PUBLISH a x") == 0)
        #expect(database("PUBSUB NUMPAT") == 0)
    }

    @Test("works inside MULTI")
    func transaction() {
        database("MULTI")
        database("SUBSCRIBE a")
        database("PING")
        #expect(database("EXEC") == [["subscribe", "a", 1], ["pong", ""]])
    }
}

extension String {
    fileprivate var bytes: ByteString { ByteString(self) }
}
