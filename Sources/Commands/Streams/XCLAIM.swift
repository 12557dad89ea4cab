// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Gives entries that were delivered and not acknowledged to another consumer.
public enum XCLAIM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XCLAIM",
        summary:
            "Changes, or acquires, ownership of a message in a consumer group, as if the message "
            + "was delivered a consumer group member.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "O(log N) with N being the number of messages in the PEL of the consumer group.",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax: "key group consumer min-idle-time id [id ...] [IDLE ms:integer] "
            + "[TIME unix-time-milliseconds:unix-time] [RETRYCOUNT count:integer] [FORCE] "
            + "[JUSTID] [LASTID lastid]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let (key, name) = (call.arguments[1], call.arguments[2])
        guard let (stream, group) = try keyspace.streamGroupForUpdate(key, name) else {
            throw .noGroup(key, name)
        }
        let options = try Options(&call)
        if options.lastID > group.lastID {
            stream.move(group, to: options.lastID)
            keyspace.didChangeAside(key)
        }
        let consumer = keyspace.consumer(call.arguments[3], of: group, at: key)
        let header = call.reply.deferHeader()
        var claimed = 0
        for id in options.ids {
            guard stream.contains(id) else {
                // Nobody can acknowledge what is no more there.
                if group.acknowledge(id) { keyspace.didChangeAside(key) }
                continue
            }
            let pending = group.pending(id)
            if let pending {
                let idle = call.nowMilliseconds &- pending.deliveryMilliseconds
                if options.minimumIdleMilliseconds > 0, idle < options.minimumIdleMilliseconds {
                    continue
                }
            } else if !options.isForced {
                continue
            }
            // One made by force counts as delivered before.
            let count = (pending?.deliveryCount ?? 1) &+ (options.wantsIDsOnly ? 0 : 1)
            group.assign(
                id, to: consumer, deliveryMilliseconds: options.deliveryMilliseconds,
                deliveryCount: options.deliveryCount ?? count)
            if options.wantsIDsOnly {
                call.reply.bulk(id)
            } else {
                _ = stream.writeEntry(id, to: &call.reply)
            }
            claimed += 1
            group.touchConsumer(consumer, active: call.nowMilliseconds)
            keyspace.didChangeAside(key)
        }
        call.reply.array(claimed, at: header)
    }

    private struct Options {
        var minimumIdleMilliseconds: Int64 = 0
        var ids: [StreamID] = []
        var deliveryMilliseconds: Int64 = 0
        var deliveryCount: Int64?
        var isForced = false
        var wantsIDsOnly = false
        var lastID = StreamID.zero

        init(_ call: inout Call) throws(ErrorReply) {
            call.arguments.position = 4
            minimumIdleMilliseconds = max(
                0, try call.arguments.integer(else: Self.invalid("min-idle-time argument")))
            var index = 5
            while index < call.arguments.count {
                // What is no identifier begins the options.
                guard let id = Self.id(call.arguments[index]) else { break }
                ids.append(id)
                index += 1
            }
            call.arguments.position = index
            try readRest(&call)
        }

        private static func id(_ text: Bytes) -> StreamID? {
            do throws(ErrorReply) { return try StreamID(text) } catch { return nil }
        }

        private static func invalid(_ what: String) -> ErrorReply {
            ErrorReply("ERR Invalid \(what) for XCLAIM")
        }

        private mutating func readRest(_ call: inout Call) throws(ErrorReply) {
            // -1 says that none was given.
            var delivery: Int64 = -1
            while call.arguments.hasMore {
                let hasValue = call.arguments.remaining > 1
                if call.arguments.consume("FORCE") {
                    isForced = true
                } else if call.arguments.consume("JUSTID") {
                    wantsIDsOnly = true
                } else if hasValue, call.arguments.consume("IDLE") {
                    delivery =
                        call.nowMilliseconds
                        &- (try call.arguments.integer(else: Self.invalid("IDLE option argument")))
                } else if hasValue, call.arguments.consume("TIME") {
                    delivery = try call.arguments.integer(
                        else: Self.invalid("TIME option argument"))
                } else if hasValue, call.arguments.consume("RETRYCOUNT") {
                    let count = try call.arguments.integer(
                        else: Self.invalid("RETRYCOUNT option argument"))
                    deliveryCount = count >= 0 ? count : nil
                } else if hasValue, call.arguments.consume("LASTID") {
                    lastID = try StreamID(call.arguments.next())
                } else {
                    throw Self.unrecognized(try call.arguments.next())
                }
            }
            let isPast = delivery >= 0 && delivery <= call.nowMilliseconds
            deliveryMilliseconds = isPast ? delivery : call.nowMilliseconds
        }

        private static func unrecognized(_ option: Bytes) -> ErrorReply {
            let shown = ByteString(option[0..<(option.firstIndex(of: 0) ?? option.count)])
            return ErrorReply(
                ByteString(
                    Array("ERR Unrecognized XCLAIM option '".utf8) + shown.array + Array("'".utf8)))
        }
    }
}
