// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// What an append to a context answered.
public struct ContextReply: Equatable, Sendable {
    /// The number of the last message.
    public var seq: Int64
    public var version: Int64
    /// Tokens of all messages.
    public var tokens: Int64

    public init(seq: Int64, version: Int64, tokens: Int64) {
        self.seq = seq
        self.version = version
        self.tokens = tokens
    }
}

/// The first replies to appends with an idempotency token: of the latest
/// ``ContextLimits/idempotencyTokens`` tokens, older ones are forgotten.
struct IdempotencyReplies {
    private var replies: [ByteString: ContextReply] = [:]
    /// The tokens, a ring once it is full.
    private var ring: [ByteString] = []
    /// Where in the full ring the oldest token stands.
    private var oldest = 0
    /// Bytes of the tokens.
    private var tokenBytes = 0

    var count: Int { ring.count }

    /// Tokens with replies, oldest first.
    var all: [(token: ByteString, reply: ContextReply)] {
        (0..<ring.count).compactMap { index in
            let token = ring[(oldest + index) % ring.count]
            return replies[token].map { (token, $0) }
        }
    }

    func reply(to token: ByteString) -> ContextReply? { replies[token] }

    /// Remembers a token that it does not hold yet.
    mutating func insert(_ token: ByteString, _ reply: ContextReply) {
        replies[token] = reply
        tokenBytes += token.count
        if ring.count < ContextLimits.idempotencyTokens {
            ring.append(token)
            return
        }
        tokenBytes -= ring[oldest].count
        replies[ring[oldest]] = nil
        ring[oldest] = token
        oldest = (oldest + 1) % ring.count
    }

    var memoryBytes: Int {
        guard !ring.isEmpty else { return 0 }
        let slot = MemoryLayout<(ByteString, ContextReply)>.stride
        // A token is one allocation, shared by ring and table.
        return ring.capacity * 8 + replies.capacity * (slot * 4 / 3) + tokenBytes + ring.count * 32
    }
}
