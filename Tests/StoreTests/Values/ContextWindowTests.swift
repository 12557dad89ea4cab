// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

/// What a context is, in the most obvious form: a list of messages with the atom each belongs to.
struct ContextModel {
    struct Message {
        var seq: Int64
        var role: Int
        var tokens: Int64
        /// The number of the atom's first message.
        var atom: Int64
        var calls: [String]
    }

    var messages: [Message] = []
    /// Open calls with the atom of each.
    var open: [(id: String, atom: Int64)] = []
    /// All calls that were ever made, the latest last.
    var made: [(id: String, atom: Int64)] = []
    var nextSeq: Int64 = 1

    func members(_ atom: Int64) -> [Message] { messages.filter { $0.atom == atom } }

    mutating func remove(_ isRemoved: (Message) -> Bool) {
        messages.removeAll(where: isRemoved)
        let left = Set(messages.map(\.atom))
        open.removeAll { !left.contains($0.atom) }
        made.removeAll { !left.contains($0.atom) }
    }

    /// The atoms that must stay.
    func required(pinned: Set<Int>) -> Set<Int64> {
        Set(messages.filter { pinned.contains($0.role) }.map(\.atom)).union(open.map(\.atom))
    }

    func tokens(_ atoms: Set<Int64>) -> Int64 {
        messages.reduce(0) { atoms.contains($1.atom) ? $0 + $1.tokens : $0 }
    }

    /// The numbers of the window's messages.
    func window(budget: Int64, pinned: Set<Int>) -> [Int64] {
        var chosen = required(pinned: pinned)
        var atoms: [Int64] = []
        for message in messages.reversed() where !atoms.contains(message.atom) {
            atoms.append(message.atom)
        }
        for atom in atoms where !chosen.contains(atom) {
            guard tokens(chosen) + tokens([atom]) <= budget else { break }
            chosen.insert(atom)
        }
        return messages.filter { chosen.contains($0.atom) }.map(\.seq)
    }
}

/// A random history, told to a log and to the model alike.
struct ContextHistory {
    static let roles: [ByteString] = ["system", "user", "assistant", "tool"]
    static let content = ByteString("x")

    var random: RandomSource
    let log = ContextLog()
    var model = ContextModel()

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
    }

    mutating func pick(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func append() throws(ContextError) {
        let tokens = Int64(pick(20) == 0 ? pick(300) : pick(30))
        let seq = model.nextSeq
        var message = ContextModel.Message(
            seq: seq, role: 1 + pick(2), tokens: tokens, atom: seq, calls: [])
        var result: String?
        if pick(12) == 0 { message.role = 0 }
        if pick(3) == 0, !model.made.isEmpty {
            // Mostly a call that waits, now and then one that has its result already.
            let isLate = model.open.isEmpty || pick(8) == 0
            let id =
                isLate
                ? model.made[pick(model.made.count)].id : model.open[pick(model.open.count)].id
            let waiting = model.open.first { $0.id == id }
            let atom = waiting?.atom ?? model.made.last { $0.id == id }?.atom
            message.role = 3
            message.atom = atom ?? seq
            model.open.removeAll { $0.id == id }
            result = id
        }
        if pick(4) == 0 {
            for _ in 0...pick(3) {
                let id = "c\(pick(30))"
                guard !model.open.contains(where: { $0.id == id }) else { continue }
                message.calls.append(id)
                model.open.append((id, message.atom))
                model.made.append((id, message.atom))
            }
        }
        model.messages.append(message)
        model.nextSeq += 1
        try tell(message, result: result)
    }

    private func tell(
        _ message: ContextModel.Message, result: String?
    ) throws(ContextError) {
        let ids = message.calls.map { ByteString($0) }
        let owned = result.map { ByteString($0) }
        try log.append([
            ContextMessage(
                role: Self.roles[message.role].withBytes { $0 },
                content: Self.content.withBytes { $0 }, tokens: UInt32(message.tokens),
                calls: ids.map { $0.withBytes { $0 } }, result: owned?.withBytes { $0 })
        ])
        withExtendedLifetime((ids, owned)) {}
    }

    mutating func trim() {
        let open = Set(model.open.map(\.atom))
        var atoms: [Int64] = []
        for message in model.messages.reversed() where !atoms.contains(message.atom) {
            atoms.append(message.atom)
        }
        let limit = Int64(pick(model.messages.count + 1))
        var gone: Set<Int64> = []
        if pick(2) == 0 {
            log.trim(.maximumMessages(limit))
            for atom in atoms.reversed() where !open.contains(atom) {
                let left = model.messages.count(where: { !gone.contains($0.atom) })
                if left <= Int(limit) { break }
                gone.insert(atom)
            }
        } else {
            let end = Int64(pick(Int(model.nextSeq)))
            log.trim(.before(end))
            for atom in atoms where !open.contains(atom) {
                if model.members(atom).allSatisfy({ $0.seq < end }) { gone.insert(atom) }
            }
        }
        model.remove { gone.contains($0.atom) }
    }

    mutating func delete() throws(ContextLog.SplitAtom) {
        guard !model.messages.isEmpty else { return }
        let atom = model.messages[pick(model.messages.count)].atom
        try log.delete(model.members(atom).map(\.seq))
        model.remove { $0.atom == atom }
    }

    /// What the log has in a window, and what it says about it.
    func window(budget: Int64, pinned: Set<Int>) -> (seqs: [Int64], tokens: Int64, count: Int)? {
        let required = log.required(pinning: pinned.map { Self.roles[$0].withBytes { $0 } })
        guard required.tokens <= budget else { return nil }
        let window = log.window(budget: budget, including: required)
        var seqs: [Int64] = []
        log.forEach(in: window) { seqs.append($0.seq) }
        return (seqs, window.tokens, window.count)
    }
}

@Suite("Context window")
struct ContextWindowTests {
    /// 100,000 histories in all: each step of a history is one more history with its own window.
    @Test("agrees with a full search of the history", arguments: 0..<20)
    func oracle(block: Int) throws {
        var histories = 0
        var seed = UInt64(block) &* 1_000_003
        while histories < 5000 {
            seed += 1
            var history = ContextHistory(seed: seed)
            let steps = 1 + history.pick(40)
            for _ in 0..<steps {
                switch history.pick(40) {
                case 0: history.trim()
                case 1: try history.delete()
                default: try history.append()
                }
                histories += 1
                check(&history)
            }
        }
    }

    private func check(_ history: inout ContextHistory) {
        let budget = Int64(history.pick(600))
        let choices: [Set<Int>] = [[], [0], [0, 3], [1]]
        let pinned = choices[history.pick(4)]
        let model = history.model
        #expect(history.log.messageCount == model.messages.count)
        #expect(history.log.totalTokens == model.messages.reduce(0) { $0 + $1.tokens })
        #expect(Set(history.log.openCallIDs) == Set(model.open.map { ByteString($0.id) }))
        let required = model.tokens(model.required(pinned: pinned))
        guard let window = history.window(budget: budget, pinned: pinned) else {
            #expect(required > budget)
            return
        }
        #expect(required <= budget)
        #expect(window.seqs == model.window(budget: budget, pinned: pinned))
        #expect(window.count == window.seqs.count)
        #expect(window.tokens <= budget)
        let chosen = Set(window.seqs)
        let tokens = model.messages.reduce(0) { chosen.contains($1.seq) ? $0 + $1.tokens : $0 }
        #expect(window.tokens == tokens)
    }

    @Test("long histories over many chunks agree too", arguments: 1...6 as ClosedRange<UInt64>)
    func long(seed: UInt64) throws {
        var history = ContextHistory(seed: seed)
        for step in 0..<700 {
            if step % 200 == 199 { history.trim() }
            if step % 50 == 49 { try history.delete() }
            try history.append()
            if step % 35 == 0 { check(&history) }
        }
    }
}
