// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store

/// Between a stored context and the keyspace's.
extension ContextRecord {
    /// All of a context that nobody changes meanwhile. O(messages).
    init(_ log: ContextLog) {
        let metadata = log.metadata
        self.init(
            version: UInt64(metadata.version), nextSequence: UInt64(metadata.nextSeq),
            dimensions: metadata.dimension, messages: [])
        for (token, reply) in metadata.replies {
            receipts.append(
                Receipt(
                    token: token, sequence: UInt64(reply.seq), version: UInt64(reply.version),
                    tokens: UInt64(reply.tokens)))
        }
        log.forEach { message in
            messages.append(
                Message(
                    sequence: UInt64(message.seq), role: ByteString(message.role),
                    content: ByteString(message.content), tokens: UInt64(message.tokens),
                    isEstimated: message.isEstimated, timeMilliseconds: message.timeMilliseconds,
                    calls: message.calls.map { ByteString($0) },
                    result: message.result.map { ByteString($0) },
                    attribute: message.attribute.map { ByteString($0) },
                    vector: message.vector.map { ByteString($0).array }))
        }
    }

    /// The context; `offset` is for the error when its parts contradict each other.
    func makeLog(_ offset: Int) throws(RDBError) -> ContextLog {
        do throws(ContextError) {
            let log = try ContextLog(
                ContextMetadata(
                    version: Int64(clamping: version), nextSeq: Int64(clamping: nextSequence),
                    dimension: dimensions,
                    replies: receipts.map { receipt in
                        (
                            receipt.token,
                            ContextReply(
                                seq: Int64(clamping: receipt.sequence),
                                version: Int64(clamping: receipt.version),
                                tokens: Int64(clamping: receipt.tokens))
                        )
                    }))
            for message in messages { try message.restore(to: log) }
            return log
        } catch {
            throw RDBError(.malformed, offset: offset, "the context is not sound: \(error)")
        }
    }
}

extension ContextRecord.Message {
    /// Adds the message to a log, as views of one piece of memory.
    fileprivate func restore(to log: ContextLog) throws(ContextError) {
        var joined: [UInt8] = []
        func place(_ bytes: [UInt8]) -> Range<Int> {
            let start = joined.count
            joined += bytes
            return start..<joined.count
        }
        let role = place(role.array)
        let content = place(content.array)
        let calls = calls.map { place($0.array) }
        let result = result.map { place($0.array) }
        let attribute = attribute.map { place($0.array) }
        let vector = vector.map { place($0) }
        try ByteString(joined).withBytes { (bytes) throws(ContextError) in
            try log.restore(
                ContextMessage(
                    seq: Int64(clamping: sequence), timeMilliseconds: timeMilliseconds,
                    role: bytes[role], content: bytes[content], tokens: UInt32(clamping: tokens),
                    isEstimated: isEstimated, calls: calls.map { bytes[$0] },
                    result: result.map { bytes[$0] }, attribute: attribute.map { bytes[$0] },
                    vector: vector.map { bytes[$0] }))
        }
    }
}
