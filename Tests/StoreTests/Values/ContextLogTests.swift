// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Store
import Testing

@Suite("Context log")
struct ContextLogTests {
    private func describe(_ log: ContextLog) -> [String] {
        var lines: [String] = []
        log.forEach { message in
            let calls = message.calls.map(\.description).joined(separator: ",")
            let vector = message.vector.map { ByteString($0).array.description } ?? "-"
            let texts = "\(message.role.description) \(message.content.description)"
            let links = "[\(calls)] \(message.result?.description ?? "-")"
            let rest = "\(message.tokens) \(message.isEstimated) \(message.timeMilliseconds)"
            lines.append(
                "\(message.seq) \(texts) \(links) \(message.attribute?.description ?? "-") \(rest) "
                    + vector)
        }
        return lines
    }

    @Test(
        "a copy and its original do not notice each other", arguments: 1...8 as ClosedRange<UInt64>)
    func copies(seed: UInt64) throws {
        var history = ContextHistory(seed: seed)
        for _ in 0..<300 { try history.append() }
        let copy = history.log.copy()
        let before = describe(copy)
        for _ in 0..<50 { try history.append() }
        try history.delete()
        history.trim()
        #expect(describe(copy) == before)
        let after = describe(history.log)
        copy.trim(.maximumMessages(0))
        #expect(describe(history.log) == after)
    }

    @Test(
        "a log rebuilt from its messages is the same log", arguments: 1...8 as ClosedRange<UInt64>)
    func restoring(seed: UInt64) throws {
        var history = ContextHistory(seed: seed)
        for step in 0..<400 {
            try history.append()
            if step % 40 == 39 { try history.delete() }
            if step == 250 { history.trim() }
        }
        let rebuilt = try ContextLog(history.log.metadata)
        try history.log.forEach { (message) throws(ContextError) in try rebuilt.restore(message) }
        #expect(describe(rebuilt) == describe(history.log))
        #expect(rebuilt.openCallIDs == history.log.openCallIDs)
        #expect(rebuilt.totalTokens == history.log.totalTokens)
        #expect(rebuilt.version == history.log.version)
        for budget: Int64 in [0, 100, 1000] {
            let left = history.log.required(pinning: [])
            let right = rebuilt.required(pinning: [])
            #expect(left.seqs == right.seqs)
            guard left.tokens <= budget else { continue }
            let one = history.log.window(budget: budget, including: left)
            let other = rebuilt.window(budget: budget, including: right)
            #expect(one.count == other.count && one.apart == other.apart)
        }
    }

    @Test("a file's numbers are not taken on trust")
    func inconsistentFiles() throws {
        let role = Bytes("user")
        func message(_ seq: Int64, result: Bytes? = nil) -> ContextMessage {
            ContextMessage(seq: seq, role: role, content: Bytes("hi"), result: result)
        }
        for (version, next) in [(-1, 1), (1, 0), (1, .max), (.max, 1)] as [(Int64, Int64)] {
            #expect(throws: ContextError.inconsistentNumbers) {
                try ContextLog(
                    ContextMetadata(version: version, nextSeq: next, dimension: 0, replies: []))
            }
        }
        let log = try ContextLog(
            ContextMetadata(version: 9, nextSeq: 1 << 50, dimension: 0, replies: []))
        try log.restore(message(3))
        for seq: Int64 in [-5, 0, 3, 1 << 50, .max, .min] {
            #expect(throws: ContextError.inconsistentNumbers) { try log.restore(message(seq)) }
        }
        #expect(throws: ContextError.unknownCall("c")) {
            try log.restore(message(4, result: Bytes("c")))
        }
        // Numbers far apart cost nothing.
        try log.restore(message((1 << 50) - 1))
        #expect(log.messageCount == 2)
        #expect(log.message(3)?.content.description == "hi")
        #expect(log.message(4) == nil)
        #expect(log.count(in: .min ... .max) == 2)
        #expect(log.seq(fromEnd: 1) == 3)
        #expect(log.seq(fromEnd: 2) == nil)
    }

    @Test("only the latest idempotency tokens are remembered")
    func idempotencyTokens() throws {
        let log = ContextLog()
        let message = ContextMessage(role: Bytes("user"), content: Bytes("hi"), tokens: 1)
        for number in 1...1030 {
            let token = ByteString("t\(number)")
            try token.withBytes { (token) throws(ContextError) in
                _ = try log.append([message], token: token)
            }
        }
        #expect(log.reply(to: Bytes("t6")) == nil)
        #expect(log.reply(to: Bytes("t7")) == ContextReply(seq: 7, version: 7, tokens: 7))
        #expect(log.reply(to: Bytes("t1030"))?.seq == 1030)
        #expect(log.metadata.replies.first?.token == "t7")
    }

    @Test("a snapshot keeps what it saw")
    func snapshots() throws {
        var keyspace = Keyspace(databaseCount: 1, seed: 1)
        let log = ContextLog()
        let message = ContextMessage(role: Bytes("user"), content: Bytes("hi"), tokens: 1)
        try log.append([message])
        keyspace.insert(Bytes("c"), .context(log))
        let snapshot = keyspace.snapshot()
        guard case .context(let current) = keyspace.findForUpdate(Bytes("c"))?.value else {
            Issue.record("no context")
            return
        }
        try current.append([message])
        var seen: [Int] = []
        snapshot.databases[0].entries.forEach { entry in
            if case .context(let log) = entry.value { seen.append(log.messageCount) }
        }
        #expect(seen == [1])
        #expect(current.messageCount == 2)
    }

    @Test("counts its memory")
    func memory() throws {
        let log = ContextLog()
        let text = ByteString(String(repeating: "word ", count: 80))
        try text.withBytes { (text) throws(ContextError) in
            for _ in 0..<1000 {
                _ = try log.append([ContextMessage(role: Bytes("user"), content: text, tokens: 100)]
                )
            }
        }
        let bytes = log.memoryBytes(samples: 0)
        // 24 bytes a message beside its own, what the chunks cost, and room in the last one.
        #expect((400_000..<470_000).contains(bytes), "\(bytes)")
    }

    @Test("an atom of very many results costs no more than its messages")
    func longAtom() throws {
        let log = ContextLog()
        let role = Bytes("tool")
        let call = Bytes("c")
        try log.append([ContextMessage(role: role, content: call, tokens: 1, calls: [call])])
        for _ in 0..<5_000 {
            try log.append([ContextMessage(role: role, content: call, tokens: 1, result: call)])
        }
        let required = log.required(pinning: [])
        #expect(required.seqs.isEmpty)
        #expect(log.window(budget: 5_000, including: required).count == 0)
        #expect(log.window(budget: 5_001, including: required).count == 5_001)
        #expect(log.trim(.before(2_000)) == 0)
        #expect(log.trim(.maximumMessages(5_000)) == 5_001)
    }
}
