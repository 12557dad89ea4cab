// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("CTX.FETCH")
struct CTX_FETCHTests {
    /// system 10, user 20, assistant with a call 5, its result 30, user 7.
    private func conversation(protocolVersion: Int = 2) -> TestDatabase {
        let database = TestDatabase(protocolVersion: protocolVersion)
        database("CTX.APPEND c MSG system s TOKENS 10 MSG user u TOKENS 20")
        database("CTX.APPEND c MSG assistant a TOKENS 5 CALLS 1 k MSG tool t TOKENS 30 RESULT k")
        database("CTX.APPEND c MSG user v TOKENS 7 ATTR '{}'")
        return database
    }

    private func seqs(_ reply: Reply) -> [Int64] {
        (reply["messages"]?.elements ?? []).compactMap { $0["seq"]?.integer }
    }

    @Test("has a map of seven in both protocols")
    func shape() {
        let three = conversation(protocolVersion: 3)
        let now = Reply.integer(three.nowMilliseconds)
        let last: Reply = [
            "seq": 5, "role": "user", "content": "v", "tokens": 7, "time": now, "attr": "{}",
        ]
        #expect(
            three("CTX.FETCH c BUDGET 10") == [
                "version": 3, "tokens": 7, "budget": 10, "dropped": 4, "messages": [last],
                "features": .map([]), "recall": [],
            ])
        let two = conversation()("CTX.FETCH c BUDGET 10")
        #expect(two.elements?.count == 14)
        #expect(two["dropped"] == 4)
        #expect(two["features"] == [])
    }

    @Test(
        "never splits a call and its result",
        arguments: [
            (0, []), (6, []), (7, [5]), (41, [5]), (42, [3, 4, 5]), (61, [3, 4, 5]),
            (62, [2, 3, 4, 5]), (72, [1, 2, 3, 4, 5]),
        ] as [(Int, [Int64])])
    func window(budget: Int, expected: [Int64]) {
        #expect(seqs(conversation()("CTX.FETCH c BUDGET \(budget)")) == expected)
        #expect(seqs(conversation()("CTX.FETCH c BUDGET \(budget + 9) RESERVE 9")) == expected)
    }

    @Test("pinned roles and open calls always stay")
    func pinned() {
        let database = conversation()
        #expect(seqs(database("CTX.FETCH c BUDGET 17 PIN 1 system")) == [1, 5])
        #expect(seqs(database("CTX.FETCH c BUDGET 45 PIN 2 tool nobody")) == [3, 4, 5])
        #expect(
            database("CTX.FETCH c BUDGET 9 PIN 1 system") == .error("BUDGET 10 tokens are needed"))
        database("CTX.APPEND c MSG assistant b TOKENS 4 CALLS 1 o MSG user w TOKENS 100")
        #expect(seqs(database("CTX.FETCH c BUDGET 20")) == [6])
        #expect(database("CTX.FETCH c BUDGET 3") == .error("BUDGET 4 tokens are needed"))
        #expect(database("CTX.FETCH c BUDGET 5 RESERVE 2").isError(startingWith: "BUDGET 4"))
        database("CTX.APPEND c MSG tool r TOKENS 1 RESULT o")
        #expect(seqs(database("CTX.FETCH c BUDGET 20")) == [6, 8])
    }

    @Test("a missing key is an empty context")
    func missing() {
        let reply = TestDatabase()("CTX.FETCH nothing BUDGET 5 FEATURES f * TOUCH 10")
        #expect(reply["version"] == 0)
        #expect(reply["messages"] == [])
        #expect(reply["dropped"] == 0)
    }

    @Test("brings the features that there are")
    func features() {
        let database = conversation(protocolVersion: 3)
        database("HSET f name Ada city Paris")
        #expect(
            database("CTX.FETCH c BUDGET 9 FEATURES f *")["features"] == [
                "name": "Ada", "city": "Paris",
            ])
        #expect(
            database("CTX.FETCH c BUDGET 9 FEATURES f 2 none city")["features"] == ["city": "Paris"]
        )
        database("HPEXPIRE f 10 FIELDS 1 city")
        database.advance(milliseconds: 10)
        #expect(database("CTX.FETCH c BUDGET 9 FEATURES f *")["features"] == ["name": "Ada"])
        #expect(database("CTX.FETCH c BUDGET 9 FEATURES c *").isError(startingWith: "WRONGTYPE"))
    }

    @Test("TOUCH slides the expiry of context and features")
    func touch() {
        let database = conversation()
        database("HSET f name Ada")
        database("EXPIRE c 10")
        #expect(seqs(database("CTX.FETCH c BUDGET 7 FEATURES f * TOUCH 60")) == [5])
        #expect(database("TTL c") == 60)
        #expect(database("TTL f") == 60)
        #expect(database("CTX.INFO c")["version"] == 3)
        database("CTX.FETCH c BUDGET 7")
        #expect(database("TTL c") == 60)
    }

    /// Unit vectors of two components: one along each axis, and the query along the first.
    private func remember(_ database: TestDatabase) {
        database("VADD m VALUES 2 1 0 near SETATTR '{\"tokens\":10,\"kind\":\"a\"}'")
        database("VADD m VALUES 2 0.8 0.6 next SETATTR '{\"tokens\":20,\"kind\":\"b\"}'")
        database("VADD m VALUES 2 -1 0 far SETATTR '{\"tokens\":1,\"kind\":\"a\"}'")
    }

    private let query = "\"\\x00\\x00\\x80\\x3f\\x00\\x00\\x00\\x00\""

    private func ids(_ reply: Reply) -> [Reply] {
        (reply["recall"]?.elements ?? []).compactMap { $0["id"] }
    }

    @Test("recalls what is near, at no cost")
    func recall() {
        let database = conversation()
        remember(database)
        let reply = database("CTX.FETCH c BUDGET 7 RECALL m 3 FP32 \(query)")
        #expect(ids(reply) == ["near", "next", "far"])
        #expect(reply["tokens"] == 7)
        #expect(reply["recall"]?.elements?.first?["attr"] == "{\"tokens\":10,\"kind\":\"a\"}")
        #expect(
            ids(database("CTX.FETCH c BUDGET 7 RECALL m 3 FP32 \(query) MINSIM 0.5")) == [
                "near", "next",
            ])
        #expect(
            ids(database("CTX.FETCH c BUDGET 7 RECALL m 3 FP32 \(query) FILTER '.kind == \"b\"'"))
                == ["next"])
        #expect(ids(database("CTX.FETCH c BUDGET 7 RECALL none 3 FP32 \(query)")) == [])
    }

    @Test("SHARE lets recalled items take part of the budget, best first")
    func share() {
        let database = conversation()
        remember(database)
        func fetch(_ budget: Int, _ share: Int, _ rest: String = "") -> Reply {
            database("CTX.FETCH c BUDGET \(budget) RECALL m 3 FP32 \(query) SHARE \(share) \(rest)")
        }
        // 50 % of 50 holds 10 but not 20 more; what is behind does not jump the queue.
        #expect(ids(fetch(50, 50)) == ["near"])
        #expect(seqs(fetch(50, 50)) == [5])
        #expect(fetch(50, 50)["tokens"] == 17)
        #expect(seqs(fetch(52, 50)) == [3, 4, 5])
        #expect(ids(fetch(50, 100)) == ["near", "next", "far"])
        #expect(ids(fetch(50, 0)) == [])
        // What is pinned comes before what is recalled.
        #expect(ids(fetch(19, 100, "PIN 1 system")) == [])
        #expect(seqs(fetch(20, 100, "PIN 1 system")) == [1])
        #expect(ids(fetch(20, 100, "PIN 1 system")) == ["near"])
    }

    @Test(
        "refuses what it cannot read",
        arguments: [
            ("BUDGET", "ERR wrong number"), ("RESERVE 1 PIN 1 a", "ERR syntax error"),
            ("BUDGET -1", "ERR BUDGET must be"), ("BUDGET x", "ERR BUDGET must be"),
            ("BUDGET 9223372036854775807", "ERR BUDGET must be"),
            ("BUDGET 5 RESERVE 6", "ERR RESERVE can't"),
            ("BUDGET 5 RESERVE -1", "ERR RESERVE must"),
            ("BUDGET 5 PIN 0", "ERR value is out of range"),
            ("BUDGET 5 PIN 2 a", "ERR syntax error"),
            ("BUDGET 5 PIN 9223372036854775807 a", "ERR syntax error"),
            ("BUDGET 5 FEATURES f", "ERR syntax error"),
            ("BUDGET 5 FEATURES f x", "ERR value is not"),
            ("BUDGET 5 TOUCH 0", "ERR invalid expire time in 'ctx.fetch' command"),
            ("BUDGET 5 BUDGET 5", "ERR syntax error"), ("BUDGET 5 OTHER", "ERR syntax error"),
            ("BUDGET 5 RECALL m 0 FP32 abcd", "ERR RECALL count"),
            ("BUDGET 5 RECALL m 1 abcd", "ERR syntax error"),
            ("BUDGET 5 RECALL m 1 FP32 abc", "ERR invalid vector specification"),
            (
                "BUDGET 5 RECALL m 1 FP32 abcd",
                "ERR Vector dimension mismatch - got 1 but set has 2"
            ),
            ("BUDGET 5 RECALL m 1 FP32 abcdabcd FILTER '(('", "ERR syntax error in FILTER"),
            ("BUDGET 5 RECALL m 1 FP32 abcdabcd MINSIM x", "ERR invalid MINSIM"),
            ("BUDGET 5 RECALL m 1 FP32 abcdabcd SHARE 101", "ERR SHARE must be"),
            ("BUDGET 5 RECALL c 1 FP32 abcdabcd", "WRONGTYPE"),
        ])
    func refusals(rest: String, error: String) {
        let database = conversation()
        remember(database)
        #expect(database("CTX.FETCH c \(rest)").isError(startingWith: ByteString(error)))
    }
}
