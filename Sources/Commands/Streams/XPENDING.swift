// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns what a group's consumers have to acknowledge: a summary, or the entries of a range.
public enum XPENDING: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "XPENDING",
        summary:
            "Returns the information and entries from a stream consumer group's pending entries "
            + "list.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer.",
        arity: .atLeast(3),
        keys: [.first],
        syntax: "key group [[IDLE min-idle-time:integer] start end count:integer [consumer]]"
    )

    public static func run(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        let count = call.arguments.count
        guard count == 3 || (6...9).contains(count) else { throw .syntax }
        let range = count == 3 ? nil : try Range(&call.arguments)
        let (key, name) = (call.arguments[1], call.arguments[2])
        guard let group = try keyspace.stream(key)?.group(name) else {
            throw .noGroup(key, name)
        }
        if let range {
            write(range, of: group, &call)
        } else {
            writeSummary(of: group, to: &call.reply)
        }
    }

    private struct Range {
        var minimumIdleMilliseconds: Int64 = 0
        var start = StreamID.zero
        var end = StreamID.zero
        var limit: Int64 = 0
        var consumer: Bytes?

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            arguments.position = 3
            if arguments.consume("IDLE") {
                minimumIdleMilliseconds = try arguments.integer()
                // A start, an end and a count must follow.
                guard arguments.count >= 8 else { throw .syntax }
            }
            let place = arguments.position
            arguments.position = place + 2
            limit = max(0, try arguments.integer())
            start = try StreamID(start: arguments[place])
            end = try StreamID(end: arguments[place + 1])
            if arguments.hasMore { consumer = try arguments.next() }
        }
    }

    private static func writeSummary(of group: StreamGroup, to reply: inout ReplyWriter) {
        reply.array(4)
        reply.integer(group.pendingCount)
        guard let first = group.firstPending, let last = group.lastPending else {
            reply.null()
            reply.null()
            reply.nullArray()
            return
        }
        reply.bulk(first.id)
        reply.bulk(last.id)
        let busy = group.consumerNumbers.map { group[$0] }.filter { $0.pendingCount > 0 }
        reply.array(busy.count)
        for consumer in busy {
            reply.array(2)
            reply.bulk(consumer.name)
            reply.bulk(Int64(consumer.pendingCount))
        }
    }

    private static func write(_ range: Range, of group: StreamGroup, _ call: inout Call) {
        var number: Int?
        if let name = range.consumer {
            guard let found = group.consumer(named: name) else { return call.reply.array(0) }
            number = found
        }
        let header = call.reply.deferHeader()
        let now = call.nowMilliseconds
        var written: Int64 = 0
        if range.limit > 0 {
            group.walkPending(from: range.start, of: number) { pending in
                guard pending.id <= range.end else { return false }
                let idle = now &- pending.deliveryMilliseconds
                if range.minimumIdleMilliseconds != 0, idle < range.minimumIdleMilliseconds {
                    return true
                }
                call.reply.array(4)
                call.reply.bulk(pending.id)
                call.reply.bulk(group[pending.consumer].name)
                call.reply.integer(max(0, idle))
                call.reply.integer(pending.deliveryCount)
                written += 1
                return written < range.limit
            }
        }
        call.reply.array(Int(written), at: header)
    }
}
