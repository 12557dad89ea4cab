// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Access commands", .serialized)
struct AccessCommandTests {
    @Test("users come, are limited and go, with their connections")
    func users() async throws {
        let server = try await LiveServer()
        let admin = try server.connect()
        #expect(try admin("ACL SETUSER ann on >secret +get +acl|whoami ~a*") == "+OK")
        let ann = try server.connect()
        #expect(try ann("AUTH ann wrong").hasPrefix("-WRONGPASS"))
        #expect(try ann("AUTH ann secret") == "+OK")
        #expect(try ann.bulk("ACL WHOAMI") == "ann")
        #expect(try ann("GET abc") == "$-1")
        #expect(try ann("GET b") == "-NOPERM No permissions to access a key")
        #expect(try ann("SET a 1").hasPrefix("-NOPERM User ann has no permissions"))
        #expect(try admin("ACL DELUSER ann nobody") == ":1")
        #expect(try ann.readToEnd() == "")
        #expect(try admin("ACL DELUSER default") == "-ERR The 'default' user cannot be removed")
        #expect(try admin("ACL LOG RESET") == "+OK")
        #expect(try admin("ACL LOG") == "*0")
        try await server.stop()
    }

    @Test("ACL answers as Redis where something is wrong")
    func errors() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(
            try client("ACL SETUSER \"a b\"")
                == "-ERR Usernames can't contain spaces or null characters")
        #expect(
            try client("ACL SETUSER a +nosuch")
                == "-ERR Error in ACL SETUSER modifier '+nosuch': Unknown command or category "
                + "name in ACL")
        #expect(try client("ACL GETUSER nobody") == "$-1")
        #expect(try client("ACL CAT nosuch") == "-ERR Unknown category 'nosuch'")
        #expect(try client("ACL GENPASS 0").hasPrefix("-ERR ACL GENPASS argument must be"))
        #expect(try client.bulk("ACL GENPASS 5").count == 2)
        #expect(try client.bulk("ACL GENPASS").count == 64)
        #expect(try client("ACL DRYRUN nobody GET a") == "-ERR User 'nobody' not found")
        #expect(try client("ACL DRYRUN default NOSUCH a") == "-ERR Command 'NOSUCH' not found")
        #expect(try client("ACL DRYRUN default GET a") == "+OK")
        #expect(try client("ACL SAVE").hasPrefix("-ERR This Redis instance is not configured"))
        #expect(try client("AUTH x").hasPrefix("-ERR AUTH <password> called without any"))
        #expect(try client("AUTH a b c") == "-ERR syntax error")
        try await server.stop()
    }

    @Test("users are saved to a file and read from it again")
    func file() async throws {
        let path = URL.temporaryDirectory.appending(path: "users-\(UUID().uuidString)").path
        try Data("user ann on nopass +@all ~*\n".utf8).write(to: URL(filePath: path))
        let server = try await LiveServer(["--aclfile", path])
        let admin = try server.connect()
        let ann = try server.connect()
        #expect(try ann("AUTH ann x") == "+OK")
        #expect(try admin("ACL SETUSER bob on") == "+OK")
        #expect(try admin("ACL SAVE") == "+OK")
        let saved = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        #expect(saved.contains("user bob on sanitize-payload resetchannels -@all\n"))
        #expect(saved.contains("user default on nopass sanitize-payload ~* &* +@all\n"))
        try Data("user bob on\n".utf8).write(to: URL(filePath: path))
        #expect(try admin("ACL LOAD") == "+OK")
        #expect(try ann.readToEnd() == "")
        #expect(try admin("ACL USERS") == "*2")
        try await server.stop()
    }

    @Test("a configuration describes users and renames commands")
    func configuration() async throws {
        let server = try await LiveServer([
            "--user", "ann", "on", "nopass", "+@all", "~*", "--rename-command", "flushall", "gone",
            "--rename-command", "keys", "",
        ])
        let client = try server.connect()
        #expect(try client("FLUSHALL").hasPrefix("-ERR unknown command"))
        #expect(try client("KEYS *").hasPrefix("-ERR unknown command"))
        #expect(try client("GONE") == "+OK")
        #expect(try client("AUTH ann x") == "+OK")
        try await server.stop()
    }
}
