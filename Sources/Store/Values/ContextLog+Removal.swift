// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// What a trim leaves.
public enum ContextTrim: Sendable {
    /// At most so many tokens.
    case maximumTokens(Int64)
    /// At most so many messages.
    case maximumMessages(Int64)
    /// No atom that ends before this message.
    case before(Int64)
}

extension ContextLog {
    /// Removes the oldest atoms, by their last message, and returns how many messages went.
    ///
    /// An atom goes whole or stays, so less than asked may go; one with an open call always stays,
    /// since its result is still to come. No change of the version when nothing goes. O(messages
    /// removed + members of open atoms + chunks).
    @discardableResult
    public func trim(_ trim: ContextTrim) -> Int {
        let open = Set(openCalls.values.compactMap { self.position(of: $0).map { root(at: $0) } })
        var tokens = totalTokens
        var messages = Int64(messageCount)
        var removed: Set<Int64> = []
        var position = ContextPosition(chunk: 0, index: 0)
        while position.chunk < chunks.count {
            let seq = seq(at: position)
            let isDone =
                switch trim {
                case .maximumTokens(let maximum): tokens <= maximum
                case .maximumMessages(let maximum): messages <= maximum
                case .before(let end): seq >= end
                }
            if isDone { break }
            let record = record(at: position)
            if !record.isMember {
                removed.insert(seq)
                tokens -= Int64(record.tokens)
                messages -= 1
            } else if links(at: position).next == 0, !open.contains(root(at: position)) {
                for member in atom(of: seq) {
                    removed.insert(member)
                    tokens -= self.tokens(of: member)
                    messages -= 1
                }
            }
            position = self.position(after: position)
        }
        remove(removed)
        return removed.count
    }

    /// What keeps messages from being deleted.
    public struct SplitAtom: Error, Equatable {
        /// One of the messages.
        public let seq: Int64
        /// The members of its atom that were not named.
        public let missing: [Int64]
    }

    /// Removes messages and returns how many went; numbers without a message are skipped.
    ///
    /// Open calls may go: with all of their atom. No change of the version when nothing goes.
    /// O(messages + their atoms' members + chunks).
    /// - Throws: ``SplitAtom`` when a member of an atom is named and another is not.
    @discardableResult
    public func delete(_ seqs: [Int64]) throws(SplitAtom) -> Int {
        let named = Set(seqs)
        var removed: Set<Int64> = []
        for seq in seqs where !removed.contains(seq) {
            let members = atom(of: seq)
            let missing = members.filter { !named.contains($0) }
            guard missing.isEmpty else { throw SplitAtom(seq: seq, missing: missing) }
            removed.formUnion(members)
        }
        remove(removed)
        return removed.count
    }

    func tokens(of seq: Int64) -> Int64 {
        position(of: seq).map { Int64(record(at: $0).tokens) } ?? 0
    }

    /// Removes existing messages, whole atoms only.
    private func remove(_ seqs: Set<Int64>) {
        guard !seqs.isEmpty else { return }
        for seq in seqs { forgetCalls(of: seq) }
        var affected: Set<Int> = []
        for seq in seqs {
            guard let position = position(of: seq) else { continue }
            affected.insert(position.chunk)
            totalTokens -= Int64(record(at: position).tokens)
            messageCount -= 1
        }
        for index in affected {
            let old = chunks[index]
            let new = ContextChunk(old, dimension: dimension) { seqs.contains($0) }
            chunks[index] = new
            forgetRoles(of: old, missingIn: new)
        }
        chunks.removeAll { $0.count == 0 }
        version += 1
    }

    private func forgetCalls(of seq: Int64) {
        guard let position = position(of: seq) else { return }
        for call in chunks[position.chunk].calls(at: position.index) {
            let id = ByteString(call)
            if openCalls[id] == seq { openCalls[id] = nil }
        }
    }

    private func forgetRoles(of old: ContextChunk, missingIn new: ContextChunk) {
        let gone = Set(old.records.map(\.role)).subtracting(new.records.map(\.role))
        for role in gone {
            roles[Int(role)].chunks.removeAll { $0 == old.firstSeq }
        }
    }
}
