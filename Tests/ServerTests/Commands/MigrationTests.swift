// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("MIGRATE", .serialized)
struct MigrationTests {
    @Test("moves keys with what is left of their time, to the database asked for")
    func moves() async throws {
        let source = try await LiveServer()
        let target = try await LiveServer()
        let (here, there) = (try source.connect(), try target.connect())
        #expect(try here("RPUSH list a b c") == ":3")
        #expect(try here("SET k v EX 100") == "+OK")
        let place = "127.0.0.1 \(target.port)"
        #expect(try here("MIGRATE \(place) none 0 1000") == "+NOKEY")
        #expect(try here("MIGRATE \(place) list 3 1000") == "+OK")
        #expect(try here("EXISTS list") == ":0")
        #expect(try there("SELECT 3") == "+OK")
        #expect(try there("LLEN list") == ":3")
        #expect(try here("MIGRATE \(place) \"\" 3 1000 COPY KEYS k none") == "+OK")
        #expect(try here("EXISTS k") == ":1")
        let left = try there("TTL k")
        #expect([":99", ":100"].contains(left))
        #expect(
            try here("MIGRATE \(place) \"\" 3 1000 KEYS k")
                == "-ERR Target instance replied with error: BUSYKEY Target key name already "
                + "exists.")
        #expect(try here("EXISTS k") == ":1")
        #expect(try here("MIGRATE \(place) k 3 1000 REPLACE") == "+OK")
        #expect(try here("EXISTS k") == ":0")
        try await source.stop()
        try await target.stop()
    }

    @Test("says who comes, and what the other server says to that")
    func authenticates() async throws {
        let source = try await LiveServer()
        let target = try await LiveServer(["--requirepass", "secret"])
        let (here, there) = (try source.connect(), try target.connect())
        #expect(try here("SET k v") == "+OK")
        let place = "127.0.0.1 \(target.port)"
        #expect(
            try here("MIGRATE \(place) k 0 1000").hasPrefix(
                "-ERR Target instance replied with error: NOAUTH"))
        #expect(
            try here("MIGRATE \(place) k 0 1000 AUTH wrong").hasPrefix(
                "-ERR Target instance replied with error: WRONGPASS"))
        #expect(try here("MIGRATE \(place) k 0 1000 COPY AUTH secret") == "+OK")
        #expect(
            try here("MIGRATE \(place) k 0 1000 REPLACE AUTH2 default secret") == "+OK")
        #expect(try there("AUTH secret") == "+OK")
        #expect(try there("EXISTS k") == ":1")
        try await source.stop()
        try await target.stop()
    }

    @Test("keeps the key when nobody answers; a transaction waits for it")
    func failures() async throws {
        let source = try await LiveServer()
        let target = try await LiveServer()
        let here = try source.connect()
        #expect(try here("SET k v") == "+OK")
        #expect(
            try here("MIGRATE 127.0.0.1 1 k 0 1000")
                == "-IOERR error or timeout connecting to the client")
        #expect(
            try here("MIGRATE 127.0.0.1 1 k 0 x")
                == "-ERR value is not an integer or out of range")
        #expect(try here("MIGRATE 127.0.0.1 1 k 0 1 NONE") == "-ERR syntax error")
        #expect(
            try here("MIGRATE 127.0.0.1 1 k 0 1 KEYS a").hasPrefix(
                "-ERR When using MIGRATE KEYS option"))
        #expect(try here("EXISTS k") == ":1")
        #expect(try here("MULTI") == "+OK")
        #expect(try here("MIGRATE 127.0.0.1 \(target.port) k 0 1000") == "+QUEUED")
        #expect(try here("EXISTS k") == "+QUEUED")
        #expect(try here("EXEC") == "*2")
        #expect(try [here.line(), here.line()] == ["+OK", ":0"])
        try await source.stop()
        try await target.stop()
    }
}
