// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Describes a conversation.
///
/// First and last are null in a context whose messages have all been removed.
public enum CTX_INFO: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.INFO",
        summary: "Returns the counts, the extent and the open calls of a conversation context.",
        group: .context,
        since: "1.0.0",
        complexity: "O(N) where N is the number of open calls and of chunks of 64 messages.",
        arity: .exactly(2),
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let log = try keyspace.context(try call.arguments.next()) else { throw .noSuchKey }
        let first = log.seqRange.flatMap { log.message($0.lowerBound) }
        let last = log.seqRange.flatMap { log.message($0.upperBound) }
        call.reply.map(10)
        call.reply.pair("messages", Int64(log.messageCount))
        call.reply.pair("tokens", log.totalTokens)
        call.reply.pair("version", log.version)
        call.reply.pair("bytes", Int64(log.memoryBytes(samples: 0)))
        call.reply.pair("dim", Int64(log.dimension))
        call.reply.pair("first-seq", first?.seq)
        call.reply.pair("last-seq", last?.seq)
        call.reply.pair("first-time", first?.timeMilliseconds)
        call.reply.pair("last-time", last?.timeMilliseconds)
        call.reply.bulk(Bytes("open-calls"))
        let open = log.openCallIDs
        call.reply.array(open.count)
        for id in open { call.reply.bulk(id) }
    }
}

extension ReplyWriter {
    fileprivate mutating func pair(_ name: StaticString, _ number: Int64?) {
        bulk(Bytes(name))
        if let number { integer(number) } else { null() }
    }
}
