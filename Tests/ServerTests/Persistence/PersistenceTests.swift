// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Persistence", .serialized)
struct PersistenceTests {
    @Test("SIGTERM saves, and the next start has everything")
    func restart() async throws {
        let first = try await LiveServer()
        let client = try first.connect()
        #expect(try client("SET k v") == "+OK")
        try await first.stop()
        let second = try await LiveServer(directory: first.directory)
        #expect(try second.connect().bulk("GET k") == "v")
        try await second.stop()
    }

    @Test("SHUTDOWN NOSAVE ends the server and saves nothing")
    func noSave() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("SET k v") == "+OK")
        try client.send("SHUTDOWN NOSAVE\r\n")
        #expect(try client.readToEnd() == "")
        try await server.ended()
        let file = server.directory.appending(path: "dump.rdb").path
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("BGSAVE writes the file while writes go on")
    func background() async throws {
        let server = try await LiveServer(["--save", ""])
        let client = try server.connect()
        for index in 0..<1000 { _ = try client("SET key\(index) value") }
        #expect(try client("BGSAVE") == "+Background saving started")
        #expect(try client("SET after save") == "+OK")
        for _ in 0..<200 {
            if try client.bulk("INFO persistence").contains("rdb_bgsave_in_progress:0") { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        let info = try client.bulk("INFO persistence")
        #expect(info.contains("rdb_last_bgsave_status:ok"))
        #expect(info.contains("rdb_changes_since_last_save:1\r\n"))
        try await server.stop()
    }

    @Test("a failed save refuses writes, and a good one allows them again")
    func misconfiguration() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        try FileManager.default.removeItem(at: server.directory)
        #expect(try client("SAVE").hasPrefix("-ERR"))
        #expect(try client("SET k v").hasPrefix("-MISCONF"))
        #expect(try client("GET k") == "$-1")
        try FileManager.default.createDirectory(
            at: server.directory, withIntermediateDirectories: true)
        #expect(try client("SAVE") == "+OK")
        #expect(try client("SET k v") == "+OK")
        try await server.stop()
    }

    @Test("DEBUG RELOAD brings everything back from the file")
    func reload() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("RPUSH list a b c") == ":3")
        #expect(try client("DEBUG RELOAD") == "+OK")
        #expect(try client("LLEN list") == ":3")
        try await server.stop()
    }
}
