// SPDX-License-Identifier: Apache-2.0

import Primitives
import TestSupport
import Testing

@Suite("MONITOR")
struct MONITORTests {
    private let database = TestDatabase(nowMilliseconds: 1_700_000_000_123)

    @Test("shows requests as they were sent, after they have run")
    func lines() {
        let monitor = database.connect()
        database.client.session.address = "127.0.0.1:1"
        #expect(monitor("MONITOR") == "OK")
        database(["SET", "k\"\\\n\r\t\u{7}\u{8}", ByteString([0, 200, 65])])
        #expect(
            monitor.takeOutput()
                == #"+1700000000.123000 [0 127.0.0.1:1] "SET" "k\"\\\n\r\t\a\b" "\x00\xc8A""#
                .line)
        database("SELECT 2")
        database("GET nothing")
        database("LPOP k")
        database("NONSENSE")
        #expect(
            monitor.takeOutput()
                == (#"+1700000000.123000 [2 127.0.0.1:1] "SELECT" "2""# + "\r\n"
                + #"+1700000000.123000 [2 127.0.0.1:1] "GET" "nothing""# + "\r\n"
                + #"+1700000000.123000 [2 127.0.0.1:1] "LPOP" "k""#).line)
    }

    @Test("shows a transaction's commands before its EXEC, and its own requests")
    func transaction() {
        let monitor = database.connect()
        monitor("MONITOR")
        database("MULTI")
        database("PING")
        database("EXEC")
        let words = monitor.takePushes().map {
            $0.text?.description.split(separator: " ").last ?? ""
        }
        #expect(words == ["\"MULTI\"", "\"PING\"", "\"EXEC\""])
        #expect(monitor.wire("PING").description.contains("+PONG\r\n+1700000000.123000"))
        #expect(monitor("GET k") == .error("ERR Replica can't interact with the keyspace"))
        #expect(monitor("RESET") == "RESET")
        database("PING")
        #expect(monitor.takePushes() == [])
        #expect(monitor("GET k") == nil)
    }

    @Test("shows an EXEC that is refused, and not the QUIT of the monitor itself")
    func ends() {
        let (monitor, listener) = (database.connect(), database.connect())
        monitor("MONITOR")
        listener("SUBSCRIBE news")
        #expect(monitor.takePushes().count == 1)
        #expect(listener("EXEC") != nil)
        #expect(monitor.takePushes().count == 1)
        database("QUIT")
        #expect(monitor.takePushes().count == 1)
        monitor("QUIT")
        #expect(monitor.takePushes() == [])
    }

    @Test("shows a request that waits once")
    func waiting() {
        let (monitor, popper) = (database.connect(), database.connect())
        monitor("MONITOR")
        popper("BLPOP list 0")
        database("RPUSH list a")
        #expect(monitor.takePushes().count == 2)
    }
}

extension String {
    fileprivate var line: ByteString { ByteString(self + "\r\n") }
}
