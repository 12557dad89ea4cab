// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Server commands", .serialized)
struct ServerCommandTests {
    @Test("a password keeps strangers out, with Redis's limits and texts")
    func authentication() async throws {
        let server = try await LiveServer(["--requirepass", "secret"])
        let client = try server.connect()
        #expect(try client("PING") == "-NOAUTH Authentication required.")
        #expect(try client("AUTH wrong").hasPrefix("-WRONGPASS"))
        #expect(try client("HELLO 3").hasPrefix("-NOAUTH HELLO must be called"))
        #expect(try client("AUTH default secret") == "+OK")
        #expect(try client("PING") == "+PONG")
        for request in ["*11\r\n", "*2\r\n$20000\r\n"] {
            let stranger = try server.connect()
            try stranger.send(request)
            #expect(try stranger.readToEnd().hasPrefix("-ERR Protocol error: unauthenticated"))
        }
        try await server.stop()
    }

    @Test("idle clients give the room for their replies back")
    func replyBuffers() async throws {
        let server = try await LiveServer()
        let (client, idle) = (try server.connect(), try server.connect())
        #expect(try idle("CLIENT SETNAME idle") == "+OK")
        func room() throws -> Int? {
            let line = try client.bulk("CLIENT LIST").split(separator: "\n").first {
                $0.contains("name=idle")
            }
            let field = line?.split(separator: " ").first { $0.hasPrefix("rbs=") }
            return field.flatMap { Int($0.dropFirst(4)) }
        }
        #expect(try room() == 16384)
        #expect(try client("DEBUG REPLYBUFFER PEAK-RESET-TIME 50") == "+OK")
        for _ in 0..<100 where try room() != 1024 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try room() == 1024)
        #expect(try client("DEBUG REPLYBUFFER PEAK-RESET-TIME never") == "+OK")
        let value = String(repeating: "x", count: 32768)
        #expect(try idle("SET big \(value)") == "+OK")
        for _ in 0..<2 { #expect(try idle.bulk("GET big") == value) }
        #expect(try room() == 16384)
        #expect(try client("DEBUG REPLYBUFFER PEAK-RESET-TIME reset") == "+OK")
        #expect(try client("DEBUG REPLYBUFFER RESIZING 1") == "+OK")
        #expect(try client("DEBUG REPLYBUFFER OTHER 1") == "-ERR syntax error")
        try await server.stop()
    }

    @Test("DEBUG SET-ACTIVE-EXPIRE 0 holds while the client is there that asked for it")
    func expiryStopper() async throws {
        let server = try await LiveServer()
        let (client, stopper) = (try server.connect(), try server.connect())
        #expect(try stopper("DEBUG SET-ACTIVE-EXPIRE 0") == "+OK")
        #expect(try client("SET k v PX 1") == "+OK")
        try await Task.sleep(for: .milliseconds(50))
        #expect(try client("DBSIZE") == ":1")
        #expect(try stopper("QUIT") == "+OK")
        for _ in 0..<100 where try client("DBSIZE") != ":0" {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try client("DBSIZE") == ":0")
        try await server.stop()
    }

    @Test("clients speak from the start what client-default-resp says, and again after RESET")
    func defaultProtocol() async throws {
        let server = try await LiveServer(["--client-default-resp", "3"])
        let client = try server.connect()
        #expect(try client("GET nothing") == "_")
        #expect(try client("RESET") == "+RESET")
        #expect(try client("GET nothing") == "_")
        try await server.stop()
    }

    @Test("DEBUG LISTPACK knows hashes with fields that end; PAUSE-CRON stops the timer")
    func debugging() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("HSET h f v") == ":1")
        #expect(try client("HEXPIRE h 100 FIELDS 1 f") == "*1")
        #expect(try client.line() == ":1")
        #expect(try client("DEBUG LISTPACK h") == "+Listpack structure printed on stdout")
        #expect(try client("SET s v") == "+OK")
        #expect(try client("DEBUG LISTPACK s") == "-ERR Not a listpack encoded object.")
        #expect(try client("DEBUG PAUSE-CRON 1") == "+OK")
        #expect(try client("CLIENT PAUSE 1 WRITE") == "+OK")
        #expect(try client("DEBUG PAUSE-CRON 0") == "+OK")
        #expect(try client("DEBUG PAUSE-CRON x") == "-ERR value is not an integer or out of range")
        try await server.stop()
    }

    @Test("HELLO 3 switches to RESP3")
    func hello() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("HELLO 4") == "-NOPROTO unsupported protocol version")
        #expect(try client("HELLO 3 SETNAME me") == "%7")
        while try client.line() != "args" {}
        #expect(try client.line() == "*0")
        #expect(try client("GET nothing") == "_")
        #expect(try client.bulk("CLIENT GETNAME") == "me")
        try await server.stop()
    }

    @Test("CONFIG SET changes all or nothing")
    func configurationChanges() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(
            try client("CONFIG SET maxclients 50 port 1")
                == "-ERR CONFIG SET failed (possibly related to argument 'port') - "
                + "Unable to listen on this port while Engram is running.")
        #expect(try client("CONFIG GET maxclients") == "*2")
        #expect(try (0..<4).map { _ in try client.line() }.last == "10000")
        #expect(try client("CONFIG SET maxclients 50 timeout 0") == "+OK")
        // Names come before values.
        #expect(
            try client("CONFIG SET maxclients x nosuch 1")
                == "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'")
        #expect(
            try client("CONFIG SET maxclients x timeout 0 timeout 0")
                == "-ERR CONFIG SET failed (possibly related to argument 'timeout') - "
                + "duplicate parameter")
        #expect(
            try client("CONFIG SET nosuch 1")
                == "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'")
        #expect(
            try client("CONFIG SET dbfilename x").hasSuffix("can't set protected config"))
        #expect(try client("CONFIG GET MAXC*") == "*2")
        try await server.stop()
    }

    @Test("CLIENT KILL takes filters, and spares the caller")
    func kill() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        let other = try server.connect()
        #expect(try other("PING") == "+PONG")
        #expect(try client("CLIENT KILL TYPE pubsub") == ":0")
        #expect(try client("CLIENT KILL MAXAGE 1000") == ":0")
        #expect(try client("CLIENT KILL 1.2.3.4:5") == "-ERR No such client")
        #expect(try client("CLIENT KILL ID 0") == "-ERR client-id should be greater than 0")
        #expect(try client("CLIENT KILL USER nobody") == "-ERR No such user 'nobody'")
        #expect(try client("CLIENT KILL TYPE normal SKIPME yes") == ":1")
        #expect(try other.readToEnd() == "")
        #expect(try client("CLIENT KILL TYPE normal SKIPME no") == ":1")
        #expect(try client.readToEnd() == "")
        try await server.stop()
    }

    @Test("names of clients and libraries are printable up to their first zero byte")
    func names() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(
            try client("CLIENT SETINFO Lib-Name \"two words\"")
                == "-ERR Lib-Name cannot contain spaces, newlines or special characters.")
        #expect(try client("CLIENT SETNAME \"a\\x00 b\"") == "+OK")
        #expect(try client("WAITAOF x -1 -1") == "-ERR value is not an integer or out of range")
        #expect(
            try client("WAITAOF 2 0 0")
                == "-ERR value is out of range, value must between 0 and 1")
        let unchecked = "\\x0c" + String(repeating: "\\x00", count: 9)
        #expect(
            try client("FUNCTION RESTORE \"\(unchecked)\"")
                == "-ERR DUMP payload version or checksum are wrong")
        #expect(try client("OBJECT HELP") == "*15")
        try await server.stop()
    }

    @Test("CLIENT REPLY silences replies")
    func replyModes() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        try client.send("CLIENT REPLY SKIP\r\nPING\r\nECHO a\r\n")
        #expect(try client.line() == "$1")
        #expect(try client.line() == "a")
        try client.send("CLIENT REPLY SKIP\r\nRESET\r\nECHO b\r\n")
        #expect(try client.line() == "$1")
        #expect(try client.line() == "b")
        try client.send("CLIENT REPLY OFF\r\nPING\r\nPING\r\n")
        #expect(try client("CLIENT REPLY ON") == "+OK")
        try await server.stop()
    }

    @Test("CLIENT PAUSE holds writes back until it ends")
    func pause() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        let other = try server.connect()
        #expect(try client("CLIENT PAUSE 100000 WRITE") == "+OK")
        try other.send("SET k v\r\n")
        #expect(try client("EXISTS k") == ":0")
        #expect(try client("CLIENT UNPAUSE") == "+OK")
        #expect(try other.line() == "+OK")
        try await server.stop()
    }

    @Test("INFO has the fields that clients look for")
    func info() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        let text = try client.bulk("INFO everything")
        for field in [
            "redis_version:8.2.3", "engram_version:", "redis_mode:standalone", "role:master",
            "connected_clients:1", "rdb_last_bgsave_status:ok", "cmdstat_info:calls=",
            "used_memory:", "loading:0", "cluster_enabled:0",
        ] {
            #expect(text.contains(field), "\(field)")
        }
        #expect(try client.bulk("INFO keyspace") == "# Keyspace\r\n")
        try await server.stop()
    }

    @Test("keys that have ended go without being asked for")
    func activeExpiry() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        for index in 0..<20 { _ = try client("SET key\(index) v PX 20") }
        try await Task.sleep(for: .milliseconds(400))
        #expect(try client.bulk("INFO stats").contains("expired_keys:20\r\n"))
        #expect(try client("DBSIZE") == ":0")
        try await server.stop()
    }
}
