// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Messages that a window must hold whatever it costs: those of pinned roles and open calls, with
/// all of their atoms.
public struct RequiredMessages {
    /// Their numbers, in order.
    public let seqs: [Int64]
    public let tokens: Int64
}

/// The messages of a context that fit a budget; good until the log's next change.
public struct ContextWindow {
    /// Members that stand apart, before the part without gaps, in order.
    public let apart: [Int64]
    /// Where the part without gaps begins: all from here on belong to the window.
    let start: ContextPosition
    /// The number of messages.
    public let count: Int
    public let tokens: Int64
}

extension ContextLog {
    /// What every window with these pinned roles holds. O(its messages + chunks with such roles).
    public func required(pinning pinned: [Bytes]) -> RequiredMessages {
        var seqs: Set<Int64> = []
        for role in Set(pinned.compactMap { roleIndex(of: $0) }) {
            for firstSeq in roles[role].chunks { insertPinned(role, firstSeq, &seqs) }
        }
        for seq in openCalls.values where !seqs.contains(seq) { seqs.formUnion(atom(of: seq)) }
        return RequiredMessages(
            seqs: seqs.sorted(), tokens: seqs.reduce(0) { $0 + tokens(of: $1) })
    }

    private func insertPinned(_ role: Int, _ firstSeq: Int64, _ seqs: inout Set<Int64>) {
        let start = lowerBound(of: firstSeq)
        guard start.chunk < chunks.count else { return }
        let chunk = chunks[start.chunk]
        for (index, record) in chunk.records.enumerated() where Int(record.role) == role {
            let seq = chunk.seq(at: index)
            guard !seqs.contains(seq) else { continue }
            if record.isMember { seqs.formUnion(atom(of: seq)) } else { seqs.insert(seq) }
        }
    }

    /// The required messages and the newest atoms, by their last message, until the next does not
    /// fit. O(messages of the window).
    /// - Parameter budget: in tokens, at least those of `required`.
    public func window(budget: Int64, including required: RequiredMessages) -> ContextWindow {
        var chosen = Set(required.seqs)
        var tokens = required.tokens
        var start = ContextPosition(chunk: chunks.count, index: 0)
        var suffixCount = 0
        while let position = position(before: start) {
            let record = record(at: position)
            if chosen.isEmpty || !chosen.contains(seq(at: position)) {
                if record.isMember {
                    // Not chosen, so the last of its atom: had a later one been met, the walk
                    // would have chosen all or ended there.
                    guard let atom = fittingAtom(endingAt: position, room: budget - tokens) else {
                        break
                    }
                    chosen.formUnion(atom.seqs)
                    tokens += atom.tokens
                } else {
                    guard Int64(record.tokens) <= budget - tokens else { break }
                    tokens += Int64(record.tokens)
                }
            }
            start = position
            suffixCount += 1
        }
        var apart: [Int64] = []
        if !chosen.isEmpty {
            let first = start.chunk < chunks.count ? seq(at: start) : nextSeq
            apart = chosen.filter { $0 < first }.sorted()
        }
        return ContextWindow(
            apart: apart, start: start, count: apart.count + suffixCount, tokens: tokens)
    }

    /// The atom that ends here, if it fits. O(its members that fit).
    private func fittingAtom(
        endingAt end: ContextPosition, room: Int64
    ) -> (seqs: [Int64], tokens: Int64)? {
        var seqs: [Int64] = []
        var tokens: Int64 = 0
        var next: ContextPosition? = end
        while let position = next {
            tokens += Int64(record(at: position).tokens)
            guard tokens <= room else { return nil }
            seqs.append(seq(at: position))
            next = self.position(of: links(at: position).previous)
        }
        return (seqs, tokens)
    }

    /// Calls `body` with the messages of a window, oldest first.
    public func forEach(in window: ContextWindow, _ body: (ContextMessage) -> Void) {
        for seq in window.apart {
            if let message = message(seq) { body(message) }
        }
        var position = window.start
        while position.chunk < chunks.count {
            body(message(at: position))
            position = self.position(after: position)
        }
    }
}
