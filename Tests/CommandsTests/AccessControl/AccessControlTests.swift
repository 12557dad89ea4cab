// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import TestSupport
import Testing

@Suite("Access control")
struct AccessControlTests {
    private let database = TestDatabase()

    /// Makes a user of these rules and returns a client that is it.
    private func client(_ rules: String) throws -> TestClient {
        let words = rules.split(separator: " ").map { ByteString(String($0)) }
        let user = try database.dispatcher.access.set("bob", words, database.dispatcher.table)
        let client = database.connect()
        client.session.user = user
        return client
    }

    private func rules(_ text: String) throws -> String {
        _ = try client(text)
        return database.dispatcher.access.user(named: "bob")?.rules.description ?? ""
    }

    @Test("a new user may do nothing")
    func newUser() throws {
        let bob = try client("on nopass")
        #expect(bob("GET a").isError(startingWith: "NOPERM User bob has no permissions to run the"))
        #expect(bob("PING").isError(startingWith: "NOPERM"))
        #expect(bob("QUIT") == "OK")
    }

    @Test(
        "commands and keys are allowed by rules",
        arguments: [
            ("+get ~a*", "GET abc", true), ("+get ~a*", "GET bc", false),
            ("+get ~a*", "SET abc 1", false), ("+@read ~*", "STRLEN a", true),
            ("+@all -@write ~*", "SET a 1", false), ("+@all -@write ~*", "GET a", true),
            ("+@all %R~a %W~b", "COPY a b", true), ("+@all %R~a %W~b", "COPY b a", false),
            ("+@all %R~a", "GET a", true), ("+@all %R~a", "SET a 1", false),
            ("+@all %W~a", "SET a 1", true), ("+@all %W~a", "SET a 1 GET", false),
            ("+@all %RW~a", "SET a 1 GET", true), ("+@all %W~a", "EXISTS a", true),
            ("+select|0 ~*", "SELECT 0", true), ("+select|0 ~*", "SELECT 1", false),
            ("+@all -command|count", "COMMAND COUNT", false),
            ("+@all -command|count", "COMMAND LIST", true),
            ("+command|count", "COMMAND COUNT", true), ("+command|count", "COMMAND LIST", false),
            ("+mget ~a (+mset ~b)", "MGET a", true), ("+mget ~a (+mset ~b)", "MSET b 1", true),
            ("+mget ~a (+mset ~b)", "MGET b", false), ("+mget ~a (+mset ~b)", "MGET a b", false),
        ]
    )
    func permissions(rules: String, request: String, isAllowed: Bool) throws {
        let reply = try client("on nopass " + rules)(request)
        #expect(reply.isError(startingWith: "NOPERM") != isAllowed, "\(reply)")
    }

    @Test("a refusal of a key says no more than that")
    func keyRefusal() throws {
        let bob = try client("on nopass +@all ~a")
        #expect(bob("GET b").text == "NOPERM No permissions to access a key")
    }

    @Test(
        "rules are told as they can be given again",
        arguments: [
            ("on nopass", "on nopass sanitize-payload resetchannels -@all"),
            ("+get", "off sanitize-payload resetchannels -@all +get"),
            ("+get -get", "off sanitize-payload resetchannels -@all -get"),
            ("+@all -@write +set", "off sanitize-payload resetchannels +@all -@write +set"),
            ("+config|get +config", "off sanitize-payload resetchannels -@all +config"),
            ("~a %R~b %W~b %R~c", "off sanitize-payload ~a ~b %R~c resetchannels -@all"),
            ("allkeys allchannels", "off sanitize-payload ~* &* -@all"),
            ("&a &b", "off sanitize-payload resetchannels &a &b -@all"),
            (
                "(+get ~a)",
                "off sanitize-payload resetchannels -@all (~a resetchannels -@all +get)"
            ),
            ("(+get ~a) clearselectors", "off sanitize-payload resetchannels -@all"),
            ("on nopass +get ~a reset", "off sanitize-payload resetchannels -@all"),
        ]
    )
    func description(given: String, told: String) throws {
        let given = given.replacing("config", with: "command").replacing("|get", with: "|list")
        let told = told.replacing("config", with: "command").replacing("|get", with: "|list")
        #expect(try rules(given) == told)
    }

    @Test(
        "wrong rules change nothing and say why",
        arguments: [
            ("+nosuch", "Unknown command or category name in ACL"),
            ("+@nosuch", "Unknown command or category name in ACL"),
            ("nonsense", "Syntax error"), ("%X~a", "Syntax error"), ("%~a", "Syntax error"),
            ("#abc", "The password hash must be exactly 64 characters"),
            ("<no", "The password you are trying to remove from the user does not exist"),
            ("allkeys ~a", "Adding a pattern after the * pattern (or the 'allkeys' flag)"),
            ("allchannels &a", "Adding a pattern after the * pattern (or the 'allchannels' flag)"),
            ("+command|count|x", "Allowing first-arg of a subcommand is not supported"),
            ("+select|", "Syntax error"),
        ]
    )
    func wrongRules(rules: String, text: String) throws {
        let words = rules.split(separator: " ").map { ByteString(String($0)) }
        #expect {
            try database.dispatcher.access.set(
                "ann", ["on"] + words, database.dispatcher.table)
        } throws: { error in
            (error as? AccessError)?.text.contains(text) ?? false
        }
        #expect(database.dispatcher.access.user(named: "ann") == nil)
    }

    @Test("a parenthesis that is not closed is named")
    func openParenthesis() {
        #expect {
            try database.dispatcher.access.set(
                "ann", ["(+get", "~a"], database.dispatcher.table)
        } throws: { error in
            (error as? AccessError)?.text
                == "Unmatched parenthesis in acl selector starting at '(+get'."
        }
    }

    @Test("passwords are kept as digests, and any of them lets in")
    func passwords() throws {
        _ = try client("on >one >two")
        let access = database.dispatcher.access
        let user = try #require(access.user(named: "bob"))
        #expect(
            user.passwords.first == SHA256.hexadecimalDigest("one"))
        #expect(access.authenticated(Bytes("bob"), Bytes("two")) === user)
        #expect(access.authenticated(Bytes("bob"), Bytes("three")) == nil)
        #expect(access.authenticated(Bytes("ann"), Bytes("one")) == nil)
        _ = try client("<one")
        #expect(database.dispatcher.access.authenticated(Bytes("bob"), Bytes("one")) == nil)
        _ = try client("off")
        #expect(database.dispatcher.access.authenticated(Bytes("bob"), Bytes("two")) == nil)
    }

    @Test("a password of the default user keeps strangers out")
    func defaultPassword() {
        database.dispatcher.access.setDefaultPassword("secret")
        let stranger = database.connect()
        stranger.session.isAuthenticated = false
        #expect(stranger("GET a").isError(startingWith: "NOAUTH"))
        database.dispatcher.access.setDefaultPassword("")
        #expect(stranger("GET a") == nil)
    }

    @Test("the default user can be limited too")
    func limitedDefault() throws {
        try database.dispatcher.access.set("default", ["-get"], database.dispatcher.table)
        #expect(database("GET a").isError(startingWith: "NOPERM User default"))
        #expect(database("SET a 1") == "OK")
        try database.dispatcher.access.set("default", ["+@all"], database.dispatcher.table)
        #expect(database("GET a") == "1")
    }

    @Test("what EXEC finds forbidden is not run")
    func transaction() throws {
        let bob = try client("on nopass +@all ~*")
        #expect(bob("MULTI") == "OK")
        #expect(bob("SET a 1") == "QUEUED")
        try database.dispatcher.access.set("bob", ["-set"], database.dispatcher.table)
        let replies = try #require(bob("EXEC").elements)
        #expect(replies[0].isError(startingWith: "NOPERM ACLs rules changed between the moment"))
        #expect(database("EXISTS a") == 0)
        #expect(database.dispatcher.access.log.entries.first?.context == .multi)
    }

    @Test("refusals that look the same are one entry of the log")
    func log() throws {
        let bob = try client("on nopass +get ~a")
        bob("GET b")
        bob("GET b")
        bob("SET a 1")
        let entries = database.dispatcher.access.log.entries
        #expect(entries.map(\.reason) == ["command", "key"])
        #expect(entries.map(\.count) == [1, 2])
        #expect(entries.map(\.object) == ["set", "b"])
        database.advance(milliseconds: 61_000)
        bob("GET b")
        #expect(database.dispatcher.access.log.entries.count == 3)
        #expect(database.dispatcher.access.log.counts == ["command": 1, "key": 3])
    }

    @Test("a file replaces all users, or none when a line of it is wrong")
    func file() throws {
        _ = try client("on nopass +get ~a")
        let text: ByteString = "user ann on nopass +@all ~*\n\nuser default on nopass +@read ~*\n"
        try database.dispatcher.access.load(text, named: "f", database.dispatcher.table)
        let names = database.dispatcher.access.sortedUsers.map(\.name)
        #expect(names == ["ann", "default"])
        #expect(database("SET a 1").isError(startingWith: "NOPERM"))
        #expect {
            try database.dispatcher.access.load(
                "user eve on +nosuch\nuser eve\nnonsense\n", named: "f", database.dispatcher.table)
        } throws: { error in
            (error as? AccessError)?.text
                == "f:1: Error in applying operation '+nosuch': Unknown command or category name "
                + "in ACL. WARNING: Duplicate user 'eve' found on line 2. f:3 should start with "
                + "user keyword followed by the username. WARNING: ACL errors detected, no change "
                + "to the previously active ACL rules was performed"
        }
        #expect(database.dispatcher.access.sortedUsers.map(\.name) == ["ann", "default"])
        let saved = database.dispatcher.access.lines
        #expect(saved.first == "user ann on nopass sanitize-payload ~* resetchannels +@all")
    }

    @Test("rules written and read again allow the same", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let pool = [
            "+get", "-get", "+@read", "-@write", "+@all", "-@all", "+command|list", "-command|list",
            "+command", "-command", "+select|1", "-select", "+@fast", "-@slow", "+mget",
        ]
        let given = (0..<12).map { _ in pool[random.below(pool.count)] }.joined(separator: " ")
        let told = try rules("reset on nopass ~* " + given)
        let requests = database.dispatcher.table.entries.map { entry -> [ByteString] in
            [ByteString(entry.fullName), "a", "b", "c"]
        }
        let user = try #require(database.dispatcher.access.user(named: "bob"))
        let before = requests.map { allows(user, $0) }
        #expect(try rules("reset " + told) == told)
        #expect(requests.map { allows(user, $0) } == before)
    }

    private func allows(_ user: AccessUser, _ words: [ByteString]) -> Bool {
        guard let entry = words[0].withBytes({ database.dispatcher.table.find($0) }) else {
            return false
        }
        return withExtendedLifetime(words) {
            let views = words.map { $0.withBytes { $0 } }
            return database.dispatcher.dryRun(user, entry, views[...]) == nil
        }
    }
}
