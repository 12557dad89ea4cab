// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// All of a ``ContextLog`` but its messages: what a file keeps beside them.
///
/// Calls, atoms, roles and sums follow from the messages, so that a file cannot contradict itself
/// about them. A log is written as this and its messages (``ContextLog/forEach(in:_:)`` over
/// ``ContextLog/seqRange``), and rebuilt by ``ContextLog/init(_:)`` and one
/// ``ContextLog/restore(_:)`` a message.
public struct ContextMetadata: Sendable {
    public var version: Int64
    public var nextSeq: Int64
    /// 0 before the first vector.
    public var dimension: Int
    /// Idempotency tokens with the replies they got, oldest first.
    public var replies: [(token: ByteString, reply: ContextReply)]

    public init(
        version: Int64, nextSeq: Int64, dimension: Int,
        replies: [(token: ByteString, reply: ContextReply)]
    ) {
        self.version = version
        self.nextSeq = nextSeq
        self.dimension = dimension
        self.replies = replies
    }
}

extension ContextLog {
    public var metadata: ContextMetadata {
        ContextMetadata(
            version: version, nextSeq: nextSeq, dimension: dimension, replies: replies.all)
    }

    /// Calls `body` with all messages, oldest first. O(messages).
    public func forEach<Failure: Error>(
        _ body: (ContextMessage) throws(Failure) -> Void
    ) throws(Failure) {
        guard let seqRange else { return }
        try forEach(in: seqRange, body)
    }

    /// A log without messages yet, from a file: nothing about the numbers is taken on trust.
    /// - Throws: ``ContextError``.
    public convenience init(_ metadata: ContextMetadata) throws(ContextError) {
        self.init()
        let numbers = 0...ContextLimits.numbers
        guard numbers.contains(metadata.version), numbers.contains(metadata.nextSeq),
            metadata.nextSeq > 0, (0...ContextLimits.dimension).contains(metadata.dimension),
            metadata.replies.count <= ContextLimits.idempotencyTokens
        else { throw .inconsistentNumbers }
        version = metadata.version
        nextSeq = metadata.nextSeq
        dimension = metadata.dimension
        for (token, reply) in metadata.replies {
            guard (1...ContextLimits.idempotencyBytes).contains(token.count),
                replies.reply(to: token) == nil
            else { throw .invalidIdempotencyToken }
            replies.insert(token, reply)
        }
    }

    /// Adds a message of a file, its number and time included; numbers must grow and stay below
    /// ``ContextMetadata/nextSeq``. The version stays.
    /// - Throws: ``ContextError``; the log is as before then.
    public func restore(_ message: ContextMessage) throws(ContextError) {
        guard message.seq > (seqRange?.upperBound ?? 0), message.seq < nextSeq else {
            throw .inconsistentNumbers
        }
        try validate([message])
        add(message)
    }
}
