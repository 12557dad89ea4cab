// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import TestSupport
import Testing

@Suite("Command reference")
struct CommandReferenceTests {
    private static var entries: [CommandEntry] {
        CommandTable(CommandCatalog.all).allEntries.flatMap { [$0] + $0.subcommands }
    }

    /// Flags that change what the dispatcher does must be declared as Redis has them.
    @Test("declarations agree with Redis", arguments: entries.map(\.fullName))
    func agreement(name: String) throws {
        let entry = try #require(Self.entries.first { $0.fullName == name })
        guard let reference = entry.reference else { return }
        #expect(entry.declaration.arity.redisNumber == reference.arity)
        let declared: [(String, Bool)] = [
            ("write", entry.isWrite), ("fast", entry.flags.contains(.fast)),
            ("denyoom", entry.flags.contains(.denyOutOfMemory)),
            ("noscript", entry.flags.contains(.noScript)),
            ("loading", entry.flags.contains(.loading)),
            ("no_auth", entry.flags.contains(.noAuth)),
            ("no_multi", entry.flags.contains(.noMulti)),
            ("allow_busy", entry.flags.contains(.allowBusy)),
            ("skip_slowlog", entry.flags.contains(.skipSlowlog)),
            ("blocking", entry.flags.contains(.blocking)),
        ]
        for (flag, isDeclared) in declared {
            #expect(isDeclared == reference.flags.contains(flag), "\(name): \(flag)")
        }
    }

    @Test(
        "keys are found with what happens to them",
        arguments: [
            ("GET a", "a:RO access"), ("SET a 1", "a:OW update"),
            ("SET a 1 GET", "a:RW access update"), ("MSET a 1 b 2", "a:OW update b:OW update"),
            ("DEL a b", "a:RM delete b:RM delete"), ("COPY a b", "a:RO access b:OW update"),
            ("LMPOP 2 a b LEFT", "a:RW access delete b:RW access delete"),
            ("BLPOP a b 0", "a:RW access delete b:RW access delete"),
            ("OBJECT ENCODING a", "a:RO"), ("LMPOP 4 a b LEFT", "error"), ("PING", "error"),
        ]
    )
    func keys(request: String, found: String) {
        let database = TestDatabase()
        let reply = database("COMMAND GETKEYSANDFLAGS " + request)
        let text = reply.elements?.compactMap { pair -> String? in
            guard let parts = pair.elements, parts.count == 2, let key = parts[0].text else {
                return nil
            }
            let flags = parts[1].elements?.compactMap { $0.text?.description } ?? []
            return "\(key):" + flags.joined(separator: " ")
        }
        #expect((text?.joined(separator: " ") ?? "error") == found)
    }

    @Test("the exact syntax of an argument comes out of its notation")
    func documentation() throws {
        let database = TestDatabase(protocolVersion: 3)
        let docs = try #require(database("COMMAND DOCS SET")["set"])
        let arguments = try #require(docs["arguments"]?.elements)
        #expect(arguments[0]["key_spec_index"] == 0)
        #expect(arguments[2]["type"] == "oneof")
        #expect(arguments[2]["since"] == "2.6.12")
        #expect(arguments[2]["arguments"]?.elements?.count == 2)
        #expect(docs["history"]?.elements?.count == 4)
    }

    @Test("HELP is a subcommand of every container")
    func help() {
        let database = TestDatabase()
        #expect(database("COMMAND HELP").elements?.count ?? 0 > 3)
        #expect(
            database("COMMAND HELP x").text
                == "ERR wrong number of arguments for 'command|help' command")
        #expect(database("OBJECT").text == "ERR wrong number of arguments for 'object' command")
        #expect(database("OBJECT NOSUCH a").isError(startingWith: "ERR unknown subcommand"))
    }

    @Test("a command can be given another name, or taken away")
    func renaming() {
        let database = TestDatabase()
        database.dispatcher = Dispatcher(renamed: [
            "flushall": "a-very-long-and-secret-name", "set": "put", "keys": "",
        ])
        #expect(database("SET a 1").isError(startingWith: "ERR unknown command 'SET'"))
        #expect(database("PUT a 1") == "OK")
        #expect(database("KEYS *").isError(startingWith: "ERR unknown command"))
        #expect(database("A-VERY-LONG-AND-SECRET-NAME") == "OK")
        #expect(database("EXISTS a") == 0)
    }
}
