// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("COMMAND")
struct COMMANDTests {
    @Test("extracts keys")
    func getKeys() {
        let database = TestDatabase()
        #expect(database("COMMAND GETKEYS GET a") == ["a"])
        #expect(database("COMMAND GETKEYS MSET a 1 b 2") == ["a", "b"])
        #expect(database("COMMAND GETKEYS OBJECT ENCODING a") == ["a"])
        #expect(database("COMMAND GETKEYS DEL a b c") == ["a", "b", "c"])
        // The count is read as far as it is a number, whatever the command would say.
        #expect(database("COMMAND GETKEYS LMPOP 1e3 a b LEFT") == ["a"])
        #expect(database("COMMAND GETKEYS ZUNION +2 a b") == ["a", "b"])
        // Redis shows the names of a module's commands as they were registered.
        #expect(database("COMMAND LIST FILTERBY PATTERN vad*") == ["VADD"])
        #expect(database("COMMAND GETKEYSANDFLAGS GET a") == [["a", ["RO", "access"]]])
        #expect(
            database("COMMAND GETKEYSANDFLAGS ZUNIONSTORE to 1 a") == [
                ["to", ["OW", "update"]], ["a", ["RO", "access"]],
            ])
        #expect(
            database("COMMAND GETKEYSANDFLAGS ZUNIONSTORE to +1 a") == [["a", []], ["to", []]])
    }

    @Test(
        "explains what it cannot extract",
        arguments: [
            ("COMMAND GETKEYS nosuch", "ERR Invalid command specified"),
            ("COMMAND GETKEYS PING", "ERR The command has no key arguments"),
            ("COMMAND GETKEYS GET a b", "ERR Invalid number of arguments specified for command"),
            ("COMMAND GETKEYS", "ERR wrong number of arguments for 'command|getkeys' command"),
            ("COMMAND NOSUCH", "ERR unknown subcommand 'NOSUCH'. Try COMMAND HELP."),
            ("COMMAND LIST x", "ERR syntax error"),
        ] as [(String, ByteString)])
    func refusal(line: String, error: ByteString) {
        #expect(TestDatabase()(line) == .error(error))
    }

    @Test("tells what clients route by")
    func info() {
        let database = TestDatabase()
        #expect(database("COMMAND INFO nosuch") == [nil])
        let get = database("COMMAND INFO get").elements?.first?.elements ?? []
        #expect(
            Array(get.prefix(7)) == [
                "get", 2, ["readonly", "fast"], 1, 1, 1, ["@read", "@string", "@fast"],
            ])
        #expect(get.count == 10)
        let mset = database("COMMAND INFO mset").elements?.first?.elements ?? []
        #expect(
            Array(mset.prefix(7)) == [
                "mset", -3, ["write", "denyoom"], 1, -1, 2, ["@write", "@string", "@slow"],
            ])
        #expect(database("COMMAND COUNT").integer == Int64(CommandCatalog.all.count))
        #expect(database("COMMAND").elements?.count == CommandCatalog.all.count)
    }

    @Test("documents")
    func docs() {
        let database = TestDatabase(protocolVersion: 3)
        #expect(
            database("COMMAND DOCS echo") == [
                "echo": [
                    "summary": "Returns the given string.", "since": "1.0.0",
                    "group": "connection", "complexity": "O(1)",
                    "arguments": [
                        ["name": "message", "type": "string", "display_text": "message"]
                    ],
                ]
            ])
        #expect(database("COMMAND DOCS nosuch") == .map([]))
        let set = database("COMMAND DOCS set")["set"]?["arguments"]?.elements ?? []
        #expect(
            set.compactMap { $0["name"]?.text } == [
                "key", "value", "condition", "get", "expiration",
            ])
    }

    @Test("lists by filter")
    func list() {
        let database = TestDatabase()
        #expect(database("COMMAND LIST FILTERBY PATTERN MGE*") == ["mget"])
        #expect(database("COMMAND LIST FILTERBY MODULE none") == [])
        let strings = database("COMMAND LIST FILTERBY ACLCAT string").elements ?? []
        #expect(strings.contains("append"))
        #expect(!strings.contains("del"))
        #expect(database("COMMAND HELP").elements?.count == 21)
    }
}
