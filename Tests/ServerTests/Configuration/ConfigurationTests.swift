// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite("Configuration")
struct ConfigurationTests {
    @Test("reads keys and values from the command line")
    func commandLine() throws {
        let configuration = try Configuration(commandLine: [
            "--port", "7000", "--save", "900", "1", "--save", "60", "100", "--maxmemory", "2gb",
            "--bind", "127.0.0.1", "-::1", "--list-max-listpack-size", "-4",
        ])
        #expect(configuration.integer("port") == 7000)
        #expect(configuration["save"] == "900 1 60 100")
        #expect(configuration.savePoints.map(\.seconds) == [900, 60])
        #expect(configuration.integer("maxmemory") == 2 << 30)
        #expect(configuration.words("bind") == ["127.0.0.1", "-::1"])
        #expect(configuration["list-max-listpack-size"] == "-4")
        #expect(configuration["dbfilename"] == "dump.rdb")
    }

    @Test("an empty save means never")
    func neverSave() throws {
        let configuration = try Configuration(commandLine: ["--save", ""])
        #expect(configuration.savePoints.isEmpty)
    }

    @Test(
        "refuses what it does not know, with what is wrong",
        arguments: [
            (["--prot", "1"], "Did you mean 'port'?"),
            (["--maxmemory-polcy", "noeviction"], "Did you mean 'maxmemory-policy'?"),
            (["--port", "x"], "couldn't be parsed"),
            (["--port", "70000"], "between 0 and 65535"),
            (["--save", "900"], "Invalid save parameters"),
            (["--appendonly", "yes"], "not supported by Engram yet"),
            (["--maxmemory", "1xb"], "memory value"),
            (["--protected-mode", "maybe"], "'yes' or 'no'"),
            (["--dbfilename", "a/b"], "can't be a path"),
            (["--port"], "wrong number of arguments"),
            (["/nonexistent/engram.conf"], "cannot read"),
        ]
    )
    func refusal(words: [String], text: String) {
        #expect { try Configuration(commandLine: words) } throws: { error in
            "\(error)".contains(text)
        }
    }

    @Test(
        "memory units are Redis's",
        arguments: [
            ("1", 1), ("1b", 1), ("1k", 1000), ("1kb", 1024), ("3M", 3_000_000),
            ("3MB", 3 << 20), ("2g", 2_000_000_000), ("2GB", 2 << 30),
        ] as [(String, Int64)]
    )
    func units(text: String, bytes: Int64) {
        #expect(ConfigurationKey.bytes(text) == bytes)
    }

    @Test("units that overflow or mean nothing are refused")
    func badUnits() {
        #expect(ConfigurationKey.bytes("9999999999999gb") == nil)
        #expect(ConfigurationKey.bytes("-1") == nil)
        #expect(ConfigurationKey.bytes("1tb") == nil)
    }

    @Test(
        "brings values into Redis's form",
        arguments: [
            ("hz", "0", "1"), ("hz", "1000", "500"), ("hz", "50", "50"),
            ("oom-score-adj", "relative", "yes"), ("oom-score-adj", "absolute", "absolute"),
            ("oom-score-adj-values", "-2000 0 2000", "-2000 0 2000"), ("locale-collate", "C", "C"),
        ])
    func form(name: String, value: String, shown: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        #expect(try key.canonical([value]) == shown)
    }

    @Test(
        "has Redis's bounds and words",
        arguments: [
            ("hz", "-1", "argument must be between 0 and 2147483647 inclusive"),
            ("repl-timeout", "0", "argument must be between 1 and 2147483647 inclusive"),
            (
                "repl-ping-replica-period", "0",
                "argument must be between 1 and 2147483647 inclusive"
            ),
            (
                "oom-score-adj", "maybe",
                "argument(s) must be one of the following: no, yes, relative, absolute"
            ),
            (
                "oom-score-adj-values", "0 1 3000",
                "Invalid oom-score-adj-values, elements must be between -2000 and 2000."
            ),
            ("oom-score-adj-values", "0 1", "wrong number of arguments"),
            ("locale-collate", "de_DE", "Invalid locale name"),
        ])
    func bounds(name: String, value: String, text: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        #expect(throws: ConfigurationError(text)) { try key.canonical([value]) }
    }

    @Test("every standard value is one that its key allows")
    func standardValues() throws {
        for key in ConfigurationKey.all.values {
            #expect(try key.canonical([key.standard]) == key.standard, "\(key.name)")
        }
    }

    @Test("a rewritten file keeps comments, order and what still holds")
    func rewriting() throws {
        let lines = [
            "# mine", "port 7000", "", "maxclients 5", "save 900 1", "save 60 5", "maxclients 6",
            "",
        ]
        var configuration = try Configuration(commandLine: ["--port", "7000", "--save", "10", "1"])
        configuration.replace("maxclients", by: "7")
        configuration.replace("requirepass", by: "a \"b\"")
        #expect(
            try configuration.rewritten(lines) == [
                "# mine", "port 7000", "", "maxclients 7", "save 10 1",
                "# Generated by CONFIG REWRITE", "requirepass \"a \\\"b\\\"\"", "",
            ])
    }
}
