// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Connection", .serialized)
struct ConnectionTests {
    @Test("answers pipelines of any depth in order")
    func pipeline() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        let depth = 50_000
        let request = (0..<depth).map { "*2\r\n$4\r\nECHO\r\n$6\r\n\(100_000 + $0)\r\n" }.joined()
        let reply = (0..<depth).map { "$6\r\n\(100_000 + $0)\r\n" }.joined()
        let writer = Thread { try? client.send(request) }
        writer.start()
        #expect(String(decoding: try client.read(reply.utf8.count), as: UTF8.self) == reply)
        try await server.stop()
    }

    @Test("puts requests together that come byte by byte")
    func splitRequests() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        for byte in Array("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\nGET k\r\n".utf8) {
            try client.send([byte])
        }
        #expect(try client.line() == "+OK")
        #expect(try client.line() == "$5")
        #expect(try client.line() == "hello")
        try await server.stop()
    }

    @Test("takes and gives values of 64 MB")
    func largeValue() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        let value = [UInt8](repeating: 7, count: 64 << 20)
        try client.send("*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$\(value.count)\r\n")
        try client.send(value + [13, 10])
        #expect(try client.line() == "+OK")
        #expect(try client("GET big") == "$\(value.count)")
        #expect(try client.read(value.count + 2) == value + [13, 10])
        try await server.stop()
    }

    @Test("a request that breaks the protocol is answered, then the connection ends")
    func protocolError() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        try client.send("PING\r\n*1\r\nfoo\r\nPING\r\n")
        #expect(
            try client.readToEnd()
                == "+PONG\r\n-ERR Protocol error: expected '$', got 'f'\r\n")
        try await server.stop()
    }

    @Test("stops in the middle of a pipeline, and goes on there", arguments: [0, 1, 15, 16, 40])
    func stopInPipeline(before: Int) async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        let other = try server.connect()
        let pings = String(repeating: "PING\r\n", count: before)
        try client.send("\(pings)BLPOP list 0\r\n\(pings)*1\r\n$4\r\nPING\r\nGET")
        for _ in 0..<before { #expect(try client.line() == "+PONG") }
        try await Task.sleep(for: .milliseconds(50))
        #expect(try other("RPUSH list a") == ":1")
        #expect(try (0..<5).map { _ in try client.line() } == ["*2", "$4", "list", "$1", "a"])
        for _ in 0...before { #expect(try client.line() == "+PONG") }
        #expect(try client(" nothing") == "$-1")
        try client.send("\(pings)QUIT\r\nPING\r\n")
        let end = String(repeating: "+PONG\r\n", count: before) + "+OK\r\n"
        #expect(try client.readToEnd() == end)
        try await server.stop()
    }

    @Test("what breaks the protocol behind other requests is answered behind them")
    func protocolErrorInPipeline() async throws {
        let server = try await LiveServer()
        for before in [1, 15, 16, 17, 31] {
            let client = try server.connect()
            try client.send(String(repeating: "INCR n\r\n", count: before) + "*1\r\nfoo\r\n")
            for _ in 0..<before { #expect(try client.line().hasPrefix(":")) }
            #expect(
                try client.readToEnd() == "-ERR Protocol error: expected '$', got 'f'\r\n")
        }
        try await server.stop()
    }

    @Test("replies that the client takes late come whole and in order")
    func slowReader() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        let value = String(repeating: "x", count: 60_000)
        #expect(try client("SET key \(value)") == "+OK")
        // More than any socket's buffer holds; small replies stand between the large ones.
        let count = 300
        let writer = Thread {
            try? client.send(String(repeating: "GET key\r\nPING\r\n", count: count))
        }
        writer.start()
        try await Task.sleep(for: .milliseconds(300))
        let once = Array("$\(value.utf8.count)\r\n\(value)\r\n+PONG\r\n".utf8)
        for _ in 0..<count { #expect(try client.read(once.count) == once) }
        #expect(try client("PING") == "+PONG")
        try await server.stop()
    }

    @Test("a client waits for a list, and what it sent meanwhile is answered after it")
    func blocking() async throws {
        let server = try await LiveServer()
        let waiting = try server.connect()
        let other = try server.connect()
        try waiting.send("BLPOP list 0\r\nPING\r\n")
        try await Task.sleep(for: .milliseconds(50))
        #expect(try other("RPUSH list a") == ":1")
        #expect(try waiting.line() == "*2")
        #expect(try (0..<5).map { _ in try waiting.line() } == ["$4", "list", "$1", "a", "+PONG"])
        try await server.stop()
    }

    @Test("a wait ends by its timeout, by CLIENT UNBLOCK, and by CLIENT KILL")
    func blockingEnds() async throws {
        let server = try await LiveServer()
        let waiting = try server.connect()
        let other = try server.connect()
        #expect(try waiting("BLPOP nothing 0.05") == "*-1")
        let id = try waiting("CLIENT ID").dropFirst()
        try waiting.send("BLPOP nothing 0\r\n")
        try await Task.sleep(for: .milliseconds(50))
        #expect(try other("CLIENT UNBLOCK \(id) ERROR") == ":1")
        #expect(try waiting.line().hasPrefix("-UNBLOCKED"))
        try waiting.send("BLPOP nothing 0\r\n")
        try await Task.sleep(for: .milliseconds(50))
        #expect(try other("CLIENT KILL ID \(id)") == ":1")
        #expect(try waiting.readToEnd() == "")
        #expect(try other.bulk("INFO clients").contains("blocked_clients:0\r\n"))
        try await server.stop()
    }

    @Test("one client too many is told so")
    func maximumClients() async throws {
        let server = try await LiveServer(["--maxclients", "1"])
        let first = try server.connect()
        #expect(try first("PING") == "+PONG")
        let second = try server.connect()
        #expect(try second.readToEnd() == "-ERR max number of clients reached\r\n")
        try await server.stop()
    }

    @Test("a silent client is closed after the timeout")
    func idleTimeout() async throws {
        let server = try await LiveServer(["--timeout", "1"])
        let client = try server.connect()
        #expect(try client("PING") == "+PONG")
        #expect(try client.readToEnd() == "")
        try await server.stop()
    }
}
