// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// A conversation: messages in order, their tool calls and results held together.
///
/// Messages get numbers 1, 2, 3..., never reused in this log. A message with calls, all results of
/// these calls, the calls that such a result makes in turn, and so on, are one *atom*: it is
/// removed and selected whole. A call is open until its first result comes; later results join the
/// same atom. The id of a call may be used again once it has a result; a result then belongs to
/// the latest call of that id.
///
/// A log without messages stays a value: its numbers and version must outlive its messages, so only
/// removing the key ends it.
///
/// Messages stand packed in chunks that copies share, so a copy is O(1) and the first change after
/// it O(chunks). The latest 1,024 idempotency tokens (``ContextLimits/idempotencyTokens``) are
/// remembered with their replies.
public final class ContextLog: CollectionValue {
    /// Chunks in the order of their numbers, none empty.
    var chunks: [ContextChunk] = []
    /// Roles in the order of their first use.
    var roles: [ContextRole] = []
    /// Calls without a result, with the number of the message that makes them.
    var openCalls: [ByteString: Int64] = [:]
    var replies = IdempotencyReplies()

    /// The number of messages.
    public internal(set) var messageCount = 0
    /// The tokens of all messages.
    public internal(set) var totalTokens: Int64 = 0
    /// Grows by one with every change; 0 while nothing has been appended yet.
    public internal(set) var version: Int64 = 0
    /// The number of the next message.
    public internal(set) var nextSeq: Int64 = 1
    /// The dimension of all vectors, 0 before the first. It stays when the vectors go.
    public internal(set) var dimension = 0

    public init() {}
}

/// A role with the chunks to look for it in.
struct ContextRole {
    let name: ByteString
    /// ``ContextChunk/firstSeq`` of all chunks with messages of the role, in order.
    var chunks: [Int64] = []
}

extension ContextLog {
    /// One more than the messages: a log without any is still worth keeping.
    public var count: Int { messageCount + 1 }

    public var encodingName: StaticString { "chunked" }

    /// The numbers of the first and the last message, nil without messages.
    public var seqRange: ClosedRange<Int64>? {
        guard let first = chunks.first, let last = chunks.last else { return nil }
        return first.seq(at: 0)...last.seq(at: last.count - 1)
    }

    /// The ids of calls that still miss a result, in the order of their messages. O(open calls).
    public var openCallIDs: [ByteString] {
        openCalls.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }

    public func copy() -> ContextLog {
        let copy = ContextLog()
        copy.chunks = chunks
        copy.roles = roles
        copy.openCalls = openCalls
        copy.replies = replies
        copy.messageCount = messageCount
        copy.totalTokens = totalTokens
        copy.version = version
        copy.nextSeq = nextSeq
        copy.dimension = dimension
        return copy
    }

    /// Counted, not sampled: O(chunks). Chunks that copies share count for each.
    public func memoryBytes(samples: Int) -> Int {
        var total = 16 + 10 * 8 + 32 + chunks.capacity * 8
        for chunk in chunks { total += chunk.memoryBytes }
        for role in roles {
            total += MemoryLayout<ContextRole>.stride + 64 + role.name.count
            total += role.chunks.capacity * 8
        }
        for id in openCalls.keys { total += 64 + id.count }
        return total + replies.memoryBytes
    }
}

// MARK: - Reading

/// Where a message stands; good until the log's next change.
struct ContextPosition: Equatable {
    var chunk: Int
    var index: Int
}

extension ContextLog {
    /// The message of this number, or nil. O(log chunks).
    public func message(_ seq: Int64) -> ContextMessage? {
        position(of: seq).map { message(at: $0) }
    }

    /// Calls `body` with the messages whose numbers are in `seqs`, oldest first. O(messages).
    public func forEach<Failure: Error>(
        in seqs: ClosedRange<Int64>, _ body: (ContextMessage) throws(Failure) -> Void
    ) throws(Failure) {
        var position = lowerBound(of: seqs.lowerBound)
        while position.chunk < chunks.count {
            let message = message(at: position)
            guard message.seq <= seqs.upperBound else { return }
            try body(message)
            position = self.position(after: position)
        }
    }

    /// The number of messages whose numbers are in `seqs`. O(chunks).
    public func count(in seqs: ClosedRange<Int64>) -> Int {
        var position = lowerBound(of: seqs.lowerBound)
        var count = 0
        while position.chunk < chunks.count {
            let chunk = chunks[position.chunk]
            let isWhole = chunk.seq(at: chunk.count - 1) <= seqs.upperBound
            // One past the largest number would overflow.
            let end = isWhole ? chunk.count : chunk.lowerBound(of: seqs.upperBound + 1)
            count += Swift.max(0, end - position.index)
            guard isWhole else { break }
            position = ContextPosition(chunk: position.chunk + 1, index: 0)
        }
        return count
    }

    /// The number of the message `offset` places before the last one; nil when there are not so
    /// many. O(chunks behind it).
    public func seq(fromEnd offset: Int64) -> Int64? {
        guard offset >= 0, offset < Int64(messageCount) else { return nil }
        var rest = Int(offset)
        for chunk in chunks.reversed() {
            if rest < chunk.count { return chunk.seq(at: chunk.count - 1 - rest) }
            rest -= chunk.count
        }
        return nil
    }

    func message(at position: ContextPosition) -> ContextMessage {
        let chunk = chunks[position.chunk]
        let role = Int(chunk.records[position.index].role)
        return chunk.message(
            at: position.index, role: roles[role].name.withBytes { $0 }, dimension: dimension)
    }

    func record(at position: ContextPosition) -> MessageRecord {
        chunks[position.chunk].records[position.index]
    }

    func seq(at position: ContextPosition) -> Int64 {
        chunks[position.chunk].seq(at: position.index)
    }

    func links(at position: ContextPosition) -> AtomLinks {
        chunks[position.chunk].links(at: position.index)
    }

    /// The first message whose number is at least `seq`; behind the last chunk if there is none.
    func lowerBound(of seq: Int64) -> ContextPosition {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle].firstSeq <= seq { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return ContextPosition(chunk: 0, index: 0) }
        let index = chunks[low - 1].lowerBound(of: seq)
        guard index < chunks[low - 1].count else { return ContextPosition(chunk: low, index: 0) }
        return ContextPosition(chunk: low - 1, index: index)
    }

    func position(of seq: Int64) -> ContextPosition? {
        let position = lowerBound(of: seq)
        guard position.chunk < chunks.count, self.seq(at: position) == seq else { return nil }
        return position
    }

    func position(after position: ContextPosition) -> ContextPosition {
        let next = position.index + 1
        return next < chunks[position.chunk].count
            ? ContextPosition(chunk: position.chunk, index: next)
            : ContextPosition(chunk: position.chunk + 1, index: 0)
    }

    func position(before position: ContextPosition) -> ContextPosition? {
        if position.index > 0 {
            return ContextPosition(chunk: position.chunk, index: position.index - 1)
        }
        guard position.chunk > 0 else { return nil }
        let chunk = position.chunk - 1
        return ContextPosition(chunk: chunk, index: chunks[chunk].count - 1)
    }

    /// The last message that makes the call, or nil. O(1) for an open call, else O(calls behind
    /// it).
    func lastCall(_ id: ByteString) -> Int64? {
        if let seq = openCalls[id] { return seq }
        return id.withBytes { id in
            let hash = ContextChunk.hash(id)
            for chunk in chunks.reversed() {
                if let seq = chunk.lastCall(id, hash: hash) { return seq }
            }
            return nil
        }
    }

    /// The numbers of all members of a message's atom, oldest first. O(members).
    func atom(of seq: Int64) -> [Int64] {
        guard let start = position(of: seq) else { return [] }
        guard record(at: start).isMember else { return [seq] }
        var members: [Int64] = []
        var current = root(at: start)
        while let position = position(of: current) {
            members.append(current)
            current = links(at: position).next
        }
        return members
    }

    /// The number of the root of a member's atom.
    func root(at position: ContextPosition) -> Int64 {
        let links = links(at: position)
        return links.previous == 0 ? seq(at: position) : links.end
    }
}
