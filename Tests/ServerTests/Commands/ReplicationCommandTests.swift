// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Replication and reloading", .serialized)
struct ReplicationCommandTests {
    @Test("SYNC gives a snapshot to those who want no more")
    func snapshot() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("SET k v") == "+OK")
        #expect(try client("SYNC").hasPrefix("-ERR Engram does not serve replicas yet"))
        #expect(try client("PSYNC ? -1").hasPrefix("-ERR Engram does not serve replicas yet"))
        #expect(try client("REPLCONF rdb-only 1") == "+OK")
        let header = try client("SYNC")
        let count = try #require(Int(header.dropFirst()))
        let bytes = try client.read(count)
        #expect(bytes.starts(with: "REDIS".utf8))
        // The connection goes on: nothing stands behind the bytes.
        #expect(try client("PING") == "+PONG")
        #expect(try client("BGREWRITEAOF").hasPrefix("-ERR Engram has no append-only file"))
        try await server.stop()
    }

    @Test("DEBUG RELOAD keeps or merges what is there")
    func reload() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("SET a 1") == "+OK")
        #expect(try client("DEBUG RELOAD") == "+OK")
        #expect(try client("SET a 2") == "+OK")
        #expect(try client("SET b 2") == "+OK")
        #expect(
            try client("DEBUG RELOAD NOSAVE NOFLUSH")
                == "-ERR Error trying to load the RDB dump, check server logs.")
        #expect(try client.bulk("GET a") == "2")
        #expect(try client("DEBUG RELOAD NOSAVE NOFLUSH MERGE") == "+OK")
        #expect(try client.bulk("GET a") == "1")
        #expect(try client.bulk("GET b") == "2")
        #expect(try client("DEBUG RELOAD NOSAVE") == "+OK")
        #expect(try client("EXISTS a b") == ":1")
        try await server.stop()
    }

    @Test("FLUSHALL calls a background save off; keys for tests are hidden from patterns")
    func slowSave() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("CONFIG GET rdb-key-*") == "*0")
        #expect(try client("CONFIG GET rdb-key-save-delay") == "*2")
        for _ in 0..<4 { _ = try client.line() }
        #expect(try client("CONFIG SET rdb-key-save-delay 10000000") == "+OK")
        #expect(try client("SET k v") == "+OK")
        #expect(try client("BGSAVE").hasPrefix("+Background saving"))
        #expect(try client.bulk("INFO persistence").contains("rdb_bgsave_in_progress:1"))
        #expect(try client("FLUSHALL") == "+OK")
        var isSaving = true
        for _ in 0..<50 where isSaving {
            try await Task.sleep(for: .milliseconds(50))
            isSaving = try client.bulk("INFO persistence").contains("rdb_bgsave_in_progress:1")
        }
        #expect(!isSaving)
        try await server.stop()
    }

    @Test("CLIENT PAUSE lets through what cannot write, and hides what has ended")
    func pause() async throws {
        let server = try await LiveServer()
        let (client, other) = (try server.connect(), try server.connect())
        #expect(try client("SET k v PX 30") == "+OK")
        #expect(try client("CLIENT PAUSE 100000 WRITE") == "+OK")
        #expect(try client("SET k") == "-ERR wrong number of arguments for 'set' command")
        #expect(try client("EVAL \"#!lua flags=no-writes\\nreturn 7\" 0") == ":7")
        try await Task.sleep(for: .milliseconds(60))
        #expect(try client("EXISTS k") == ":0")
        #expect(try client("DBSIZE") == ":1")
        try other.send("BLPOP list 0\r\n")
        var isPostponed = false
        for _ in 0..<100 where !isPostponed {
            try await Task.sleep(for: .milliseconds(10))
            isPostponed = try client.bulk("INFO clients").contains("blocked_clients:1")
        }
        #expect(isPostponed)
        #expect(try client("CLIENT UNPAUSE") == "+OK")
        // The other waits for the list now.
        #expect(try client("RPUSH list a") == ":1")
        #expect(try client("EXISTS list") == ":0")
        #expect(try client("EXISTS k") == ":0")
        #expect(try client("DBSIZE") == ":0")
        try await server.stop()
    }
}
