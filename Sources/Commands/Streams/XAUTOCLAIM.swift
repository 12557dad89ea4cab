// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Gives whatever was delivered long ago and not acknowledged to another consumer, some at a time.
public enum XAUTOCLAIM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XAUTOCLAIM",
        summary:
            "Changes, or acquires, ownership of messages in a consumer group, as if the messages "
            + "were delivered to as consumer group member.",
        group: .stream,
        since: "6.2.0",
        complexity: "O(1) if COUNT is small.",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax: "key group consumer min-idle-time start [COUNT count:integer] [JUSTID]"
    )

    /// How many entries are looked at for each that is wanted.
    private static let attemptsEach: Int64 = 10

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let options = try Options(&call.arguments)
        let (key, name) = (call.arguments[1], call.arguments[2])
        guard let (stream, group) = try keyspace.streamGroupForUpdate(key, name) else {
            throw .noGroup(key, name)
        }
        let consumer = keyspace.consumer(call.arguments[3], of: group, at: key)
        let now = call.nowMilliseconds
        var claimed: [StreamID] = []
        var gone: [StreamID] = []
        var attempts = options.count * attemptsEach
        var left = options.count
        var next = group.firstPending(from: options.start)
        while attempts > 0, left > 0, let pending = next {
            attempts -= 1
            if !stream.contains(pending.id) {
                group.acknowledge(pending.id)
                keyspace.didChangeAside(key)
                gone.append(pending.id)
                left -= 1
            } else if options.minimumIdleMilliseconds == 0
                || now &- pending.deliveryMilliseconds >= options.minimumIdleMilliseconds
            {
                group.assign(
                    pending.id, to: consumer, deliveryMilliseconds: now,
                    deliveryCount: pending.deliveryCount &+ (options.wantsIDsOnly ? 0 : 1))
                group.touchConsumer(consumer, active: now)
                keyspace.didChangeAside(key)
                claimed.append(pending.id)
                left -= 1
            }
            next = pending.id.next.flatMap { group.firstPending(from: $0) }
        }
        call.reply.array(3)
        call.reply.bulk(next?.id ?? .zero)
        call.reply.array(claimed.count)
        for id in claimed {
            if options.wantsIDsOnly {
                call.reply.bulk(id)
            } else {
                _ = stream.writeEntry(id, to: &call.reply)
            }
        }
        call.reply.array(gone.count)
        for id in gone { call.reply.bulk(id) }
    }

    private struct Options {
        var minimumIdleMilliseconds: Int64
        var start: StreamID
        var count: Int64 = 100
        var wantsIDsOnly = false

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            arguments.position = 4
            minimumIdleMilliseconds = max(
                0,
                try arguments.integer(
                    else: ErrorReply("ERR Invalid min-idle-time argument for XAUTOCLAIM")))
            start = try StreamID(start: arguments.next())
            while arguments.hasMore {
                if arguments.remaining > 1, arguments.consume("COUNT") {
                    // Redis keeps an identifier of 16 bytes for each.
                    count = try arguments.integer(
                        in: 1...(Int64.max / 16), else: ErrorReply("ERR COUNT must be > 0"))
                } else if arguments.consume("JUSTID") {
                    wantsIDsOnly = true
                } else {
                    throw .syntax
                }
            }
        }
    }
}
