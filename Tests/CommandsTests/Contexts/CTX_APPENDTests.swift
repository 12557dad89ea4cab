// SPDX-License-Identifier: Apache-2.0

import Containers
import TestSupport
import Testing

@Suite("CTX.APPEND")
struct CTX_APPENDTests {
    @Test("numbers messages and counts version and tokens")
    func numbers() {
        let database = TestDatabase()
        #expect(database("CTX.APPEND c MSG system hello TOKENS 3") == [1, 1, 3])
        #expect(database("CTX.APPEND c MSG user a TOKENS 1 MSG user MSG TOKENS 2") == [3, 2, 6])
        #expect(database("CTX.APPEND c MSG user abcdefgh") == [4, 3, 8])
        #expect(database("CTX.GET c 4").elements?.first?["estimated"] == 1)
        #expect(database("CTX.GET c 3").elements?.first?["content"] == "MSG")
        #expect(database("CTX.GET c 3").elements?.first?["estimated"] == nil)
        #expect(database("TYPE c") == "context")
        #expect(database("OBJECT ENCODING c") == "chunked")
    }

    @Test("compares the version")
    func versions() {
        let database = TestDatabase()
        #expect(
            database("CTX.APPEND c IFVER 1 MSG user a").isError(
                startingWith: "CONFLICT version is 0"))
        #expect(database("EXISTS c") == 0)
        #expect(database("CTX.APPEND c IFVER 0 MSG user a TOKENS 1") == [1, 1, 1])
        #expect(database("CTX.APPEND c IFVER 0 MSG user a") == .error("CONFLICT version is 1"))
        #expect(database("CTX.APPEND c IFVER 1 MSG user a TOKENS 1") == [2, 2, 2])
    }

    @Test("answers a repeated token as the first time")
    func idempotency() {
        let database = TestDatabase()
        #expect(database("CTX.APPEND c IFVER 0 IDEMP t MSG user a TOKENS 1") == [1, 1, 1])
        #expect(database("CTX.APPEND c MSG user b TOKENS 1") == [2, 2, 2])
        database.collectEvents()
        #expect(database("CTX.APPEND c IFVER 0 IDEMP t EX 10 MSG user a TOKENS 1") == [1, 1, 1])
        #expect(database("CTX.LEN c") == 2)
        #expect(database("TTL c") == -1)
        #expect(database.takeEvents() == [])
    }

    @Test("sets the time to live, or keeps it")
    func expiry() {
        let database = TestDatabase()
        database.collectEvents()
        database("CTX.APPEND c EX 100 MSG user a")
        #expect(database("TTL c") == 100)
        #expect(database.takeEvents() == ["new c", "ctx.append c", "expire c"])
        database("CTX.APPEND c MSG user a")
        #expect(database("TTL c") == 100)
        database("CTX.APPEND c PX 5000 MSG user a")
        #expect(database("PTTL c") == 5000)
        database.advance(milliseconds: 5000)
        #expect(database("CTX.LEN c") == 0)
        #expect(database("CTX.APPEND c MSG user a TOKENS 1") == [1, 1, 1])
    }

    @Test("ties results to calls")
    func calls() {
        let database = TestDatabase()
        database("CTX.APPEND c MSG assistant x CALLS 2 a b")
        #expect(database("CTX.INFO c")["open-calls"] == ["a", "b"])
        database("CTX.APPEND c MSG tool x RESULT a MSG tool again RESULT a")
        #expect(database("CTX.INFO c")["open-calls"] == ["b"])
        #expect(
            database("CTX.APPEND c MSG tool x RESULT b MSG tool x RESULT z")
                == .error("ERR RESULT names an unknown call: z"))
        #expect(database("CTX.INFO c")["open-calls"] == ["b"])
        #expect(
            database("CTX.APPEND c MSG assistant x CALLS 1 b")
                == .error("ERR call already waits for its result: b"))
        // A call of the same request counts, and its id may be used again after the result.
        database("CTX.APPEND c MSG a x CALLS 1 n MSG tool x RESULT n MSG a x CALLS 1 n")
        #expect(database("CTX.INFO c")["open-calls"] == ["b", "n"])
        #expect(database("CTX.GET c 2").elements?.first?["result"] == "a")
        #expect(database("CTX.GET c 1").elements?.first?["calls"] == ["a", "b"])
    }

    @Test(
        "does nothing when it refuses",
        arguments: [
            ("MSG user", "ERR wrong number of arguments"),
            ("MSG user a MSG user", "ERR syntax error"),
            ("user a b", "ERR syntax error"), ("IFVER 1 IDEMP t", "ERR syntax error"),
            ("MSG user a TOKENS", "ERR syntax error"), ("MSG user a OTHER 1", "ERR syntax error"),
            ("MSG user a TOKENS 1 TOKENS 1", "ERR syntax error"),
            ("MSG user a TOKENS -1", "ERR TOKENS must be"),
            ("MSG user a TOKENS 2147483648", "ERR TOKENS must be"),
            ("MSG user a TOKENS 9223372036854775808", "ERR TOKENS must be"),
            ("IFVER x MSG user a", "ERR invalid IFVER"),
            ("IFVER -1 MSG user a", "ERR invalid IFVER"),
            ("EX 0 MSG user a", "ERR invalid expire time in 'ctx.append' command"),
            ("EX 9223372036854775807 MSG user a", "ERR invalid expire time in 'ctx.append'"),
            ("PX x MSG user a", "ERR value is not an integer"),
            ("EX 1 PX 1 MSG user a", "ERR syntax error"),
            ("MSG user a CALLS 0", "ERR CALLS must be"), ("MSG user a CALLS 2 x", "ERR syntax"),
            ("MSG user a CALLS 1 ''", "ERR call id must have"),
            ("MSG user a CALLS 2 x x", "ERR call already waits for its result: x"),
            ("MSG user a RESULT x", "ERR RESULT names an unknown call: x"),
            ("MSG user a ATTR {", "ERR ATTR is not valid JSON"),
            ("MSG user a VEC abc", "ERR VEC must be"), ("MSG user a VEC ''", "ERR VEC must be"),
            ("MSG user a VEC \"\\x00\\x00\\xc0\\x7f\"", "ERR VEC holds a value that is not finite"),
            (
                "MSG user a VEC abcd MSG user b VEC abcdabcd",
                "ERR Vector dimension mismatch - got 2"
            ),
            ("MSG '' a", "ERR role must have"), ("IDEMP '' MSG user a", "ERR IDEMP token must"),
        ])
    func refusals(rest: String, error: String) {
        let database = TestDatabase()
        #expect(database("CTX.APPEND c \(rest)").isError(startingWith: ByteString(error)))
        #expect(database("EXISTS c") == 0)
        database("CTX.APPEND c MSG user first TOKENS 1")
        #expect(database("CTX.APPEND c \(rest)").isError(startingWith: ByteString(error)))
        #expect(database("CTX.APPEND c MSG user next TOKENS 1") == [2, 2, 2])
    }

    @Test("a key of another type is refused")
    func wrongType() {
        let database = TestDatabase()
        database("SET s x")
        for command in [
            "APPEND s MSG user a", "FETCH s BUDGET 1", "RANGE s 0 -1", "GET s 1", "LEN s", "INFO s",
            "TRIM s BEFORE 1", "DEL s 1",
        ] {
            #expect(database("CTX.\(command)").isError(startingWith: "WRONGTYPE"))
        }
        database("CTX.APPEND c MSG user a")
        #expect(database("GET c").isError(startingWith: "WRONGTYPE"))
    }

    @Test("generic commands work on contexts")
    func genericCommands() {
        let database = TestDatabase()
        database("CTX.APPEND c IDEMP t MSG user a TOKENS 1 MSG a b TOKENS 1 CALLS 1 x")
        #expect(database("COPY c d") == 1)
        database("CTX.APPEND c MSG tool r TOKENS 1 RESULT x")
        #expect(database("CTX.LEN d") == 2)
        #expect(database("CTX.INFO d")["open-calls"] == ["x"])
        #expect(database("CTX.APPEND d IDEMP t MSG user a") == [2, 1, 2])
        #expect(database("RENAME d e") == "OK")
        #expect(database("CTX.LEN e") == 2)
        #expect((database("MEMORY USAGE e").integer ?? 0) > 200)
        #expect(database("DEL e") == 1)
        #expect(database("CTX.LEN e") == 0)
    }
}
