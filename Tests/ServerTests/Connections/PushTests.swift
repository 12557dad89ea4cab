// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Pushes over real sockets, from one connection's event loop to another's.
@Suite("Pushes")
struct PushTests {
    @Test("reach other connections in order, whichever event loop serves them")
    func order() async throws {
        let server = try await LiveServer(["--io-threads", "3"])
        let publisher = try server.connect()
        let listeners = try (0..<6).map { _ in try server.connect() }
        for listener in listeners {
            #expect(try listener("SUBSCRIBE news") == "*3")
            for _ in 0..<5 { _ = try listener.line() }
        }
        let messages = (0..<500).map { "m\($0)" }
        try publisher.send(messages.map { "PUBLISH news \($0)\r\n" }.joined())
        for _ in messages { #expect(try publisher.line() == ":6") }
        for listener in listeners {
            for message in messages {
                var lines: [String] = []
                for _ in 0..<7 { lines.append(try listener.line()) }
                #expect(lines.last == message)
            }
        }
        try await server.stop()
    }

    @Test("to a client that does not read are counted, and end its connection at the limit")
    func outputLimit() async throws {
        let server = try await LiveServer([
            "--client-output-buffer-limit", "pubsub", "8mb", "0", "0",
        ])
        let (publisher, listener) = (try server.connect(), try server.connect())
        #expect(try listener("SUBSCRIBE news") == "*3")
        let payload = String(repeating: "x", count: 60_000)
        var sawBacklog = false
        var isGone = false
        for _ in 0..<2000 where !isGone {
            if try publisher("PUBLISH news \(payload)") == ":0" { isGone = true }
            let list = try publisher.bulk("CLIENT LIST TYPE pubsub")
            if let omem = list.firstMatch(of: /omem=(\d+)/).flatMap({ Int($0.output.1) }), omem > 0
            {
                sawBacklog = true
                #expect(omem < 9_000_000)
            }
        }
        #expect(sawBacklog)
        #expect(isGone)
        let info = try publisher.bulk("INFO stats")
        #expect(info.contains("client_output_buffer_limit_disconnections:1"))
        try await server.stop()
    }

    @Test("a reply beyond the limit of normal clients is not sent at all")
    func normalLimit() async throws {
        let server = try await LiveServer()
        let (admin, client) = (try server.connect(), try server.connect())
        #expect(
            try admin("CONFIG SET client-output-buffer-limit \"normal 100000 0 0\"") == "+OK")
        #expect(try client("SETRANGE key 200000 x") == ":200001")
        try client.send("GET key\r\n")
        #expect(try client.readToEnd() == "")
        #expect(try admin("PING") == "+PONG")
        try await server.stop()
    }

    @Test("CLIENT PAUSE holds back writes, as CLIENT LIST and INFO tell, until CLIENT UNPAUSE")
    func pause() async throws {
        let server = try await LiveServer()
        let (admin, writer, reader) = (
            try server.connect(), try server.connect(), try server.connect()
        )
        #expect(try admin("CLIENT PAUSE 60000 WRITE") == "+OK")
        try writer.send("PUBLISH news x\r\n")
        #expect(try reader("GET key") == "$-1")
        for _ in 0..<200 where !(try admin.bulk("INFO clients").contains("blocked_clients:1")) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try admin.bulk("INFO clients").contains("blocked_clients:1"))
        #expect(try admin("CLIENT UNPAUSE") == "+OK")
        #expect(try writer.line() == ":0")
        try await server.stop()
    }

    @Test("a client that has waited is told what it has changed, behind the reply")
    func trackingOfServedClient() async throws {
        let server = try await LiveServer()
        let (waiting, other) = (try server.connect(), try server.connect())
        #expect(try other("RPUSH to a") == ":1")
        try waiting.send("HELLO 3\r\nPING\r\n")
        while try waiting.line() != "+PONG" {}
        #expect(try waiting("CLIENT TRACKING ON") == "+OK")
        #expect(try waiting("LLEN to") == ":1")
        try waiting.send("BLMOVE from to LEFT LEFT 0\r\n")
        var isBlocked = false
        for _ in 0..<100 where !isBlocked {
            try await Task.sleep(for: .milliseconds(10))
            isBlocked = try other.bulk("INFO clients").contains("blocked_clients:1")
        }
        #expect(isBlocked)
        #expect(try other("RPUSH from b") == ":1")
        let lines = try (0..<8).map { _ in try waiting.line() }
        #expect(lines == ["$1", "b", ">2", "$10", "invalidate", "*1", "$2", "to"])
        try await server.stop()
    }

    @Test("client tracking over the wire: options, redirection, and what is told of it")
    func tracking() async throws {
        let server = try await LiveServer()
        let (data, messages) = (try server.connect(), try server.connect())
        let id = try messages("CLIENT ID").dropFirst()
        #expect(try messages("SUBSCRIBE __redis__:invalidate") == "*3")
        for _ in 0..<5 { _ = try messages.line() }
        #expect(try data("CLIENT TRACKING ON REDIRECT \(id)") == "+OK")
        #expect(try data("CLIENT GETREDIR") == ":\(id)")
        #expect(try data("GET key") == "$-1")
        #expect(try data.bulk("INFO stats").contains("tracking_total_keys:1"))
        #expect(try data("SET key value") == "+OK")
        var lines: [String] = []
        for _ in 0..<8 { lines.append(try messages.line()) }
        #expect(
            lines == [
                "*3", "$7", "message", "$20", "__redis__:invalidate", "*1", "$3", "key",
            ])
        #expect(
            try data("CLIENT TRACKING ON REDIRECT 999").hasPrefix("-ERR The client ID you want"))
        #expect(try data("CLIENT CACHING YES").hasPrefix("-ERR CLIENT CACHING YES is only valid"))
        #expect(try data("CLIENT TRACKING OFF") == "+OK")
        #expect(try data("CLIENT GETREDIR") == ":-1")
        try await server.stop()
    }
}
