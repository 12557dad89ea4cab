// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Delivers the next entries of streams to a consumer of a group, or shows it those that it has to
/// acknowledge.
public enum XREADGROUP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XREADGROUP",
        summary:
            "Returns new or historical messages from a stream for a consumer in a group. Blocks "
            + "until a message is available otherwise.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to serve the N clients blocked on the stream getting new data.",
        arity: .atLeast(7),
        flags: [.blocking],
        keys: [.keywordHalf("STREAMS", from: 4)],
        syntax: "GROUP group consumer [COUNT count:integer] [BLOCK milliseconds:integer] [NOACK] "
            + "STREAMS key [key ...] id [id ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let request = try StreamReadRequest(&call, isGroup: true)
        guard let groupPlace = request.groupPlace else { throw .syntax }
        let (groupName, consumerName) = (call.arguments[groupPlace], call.arguments[groupPlace + 1])
        // nil for what was not delivered yet.
        var starts: [StreamID?] = []
        for index in 0..<request.streamCount {
            let key = call.arguments[request.firstKey + index]
            guard try keyspace.stream(key)?.group(groupName) != nil else {
                throw .noGroup(key, groupName, " in XREADGROUP with GROUP option")
            }
            starts.append(try start(call.arguments[request.firstID + index]))
        }
        let header = call.reply.deferHeader()
        var served = 0
        for index in 0..<request.streamCount {
            let key = call.arguments[request.firstKey + index]
            guard let (stream, group) = try keyspace.streamGroupForUpdate(key, groupName) else {
                continue
            }
            let consumer = keyspace.consumer(consumerName, of: group, at: key)
            let start = starts[index]
            if start == nil {
                guard let last = stream.edgeID(last: true), last > group.lastID else { continue }
            }
            served += 1
            if !call.reply.isRESP3 { call.reply.array(2) }
            call.reply.bulk(key)
            if let start {
                writeHistory(behind: start, of: stream, group, consumer, request.limit, &call)
            } else if deliver(stream, group, to: consumer, request, &call) > 0 {
                keyspace.didChangeAside(key)
            }
        }
        if served > 0 { return call.reply.streams(served, at: header) }
        guard let timeout = request.timeoutMilliseconds else { return call.reply.nullArray() }
        call.block(
            on: request.keys(call.arguments), for: .stream, timeoutMilliseconds: timeout,
            onTimeout: .nullArray, wakesWhenGone: true)
    }

    /// The entry behind which to show what is to be acknowledged; nil for what is new.
    private static func start(_ argument: Bytes) throws(ErrorReply) -> StreamID? {
        if argument == ">" { return nil }
        if argument == "$" || argument == "+" {
            let symbol = argument.description
            throw ErrorReply(
                "ERR The \(symbol) ID is meaningless in the context of XREADGROUP: you want to "
                    + "read the history of this consumer by specifying a proper ID, or use the > "
                    + "ID to get new messages. The \(symbol) ID would just return an empty result "
                    + "set.")
        }
        let id = try StreamID(argument)
        // Redis marks what is new by the last identifier there could be.
        return id == .max ? nil : id
    }

    /// Answers the entries that the group has not read yet; returns how many.
    private static func deliver(
        _ stream: StreamValue, _ group: StreamGroup, to consumer: Int,
        _ request: StreamReadRequest, _ call: inout Call
    ) -> Int {
        let header = call.reply.deferHeader()
        let now = call.nowMilliseconds
        var written = 0
        stream.walk(from: group.lastID.next ?? .zero, through: .max) { entry in
            if entry.id > group.lastID { stream.advance(group, to: entry.id) }
            call.reply.streamEntry(entry)
            if !request.skipsAcknowledgement {
                group.assign(
                    entry.id, to: consumer, deliveryMilliseconds: now, deliveryCount: 1)
            }
            written += 1
            return Int64(written) != request.limit
        }
        if written > 0, !request.skipsAcknowledgement {
            group.touchConsumer(consumer, active: now)
        }
        call.reply.array(written, at: header)
        return written
    }

    /// Answers what a consumer has to acknowledge; entries that are no more without fields.
    private static func writeHistory(
        behind start: StreamID, of stream: StreamValue, _ group: StreamGroup, _ consumer: Int,
        _ limit: Int64, _ call: inout Call
    ) {
        var found: [StreamPending] = []
        group.walkPending(from: start.next ?? .zero, of: consumer) { pending in
            found.append(pending)
            return Int64(found.count) != limit
        }
        call.reply.array(found.count)
        for pending in found {
            if stream.writeEntry(pending.id, to: &call.reply) {
                group.assign(
                    pending.id, to: consumer, deliveryMilliseconds: call.nowMilliseconds,
                    deliveryCount: pending.deliveryCount &+ 1)
            } else {
                call.reply.array(2)
                call.reply.bulk(pending.id)
                call.reply.nullArray()
            }
        }
    }
}
