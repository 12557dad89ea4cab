// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Acknowledges entries that were delivered to a group's consumers.
public enum XACK: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XACK",
        summary:
            "Returns the number of messages that were successfully acknowledged by the consumer "
            + "group member of a stream.",
        group: .stream,
        since: "5.0.0",
        complexity: "O(1) for each message ID processed.",
        arity: .atLeast(4),
        flags: [.fast],
        keys: [.first],
        syntax: "key group id [id ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        guard let group = try keyspace.streamGroupForUpdate(key, call.arguments[2])?.group else {
            return call.reply.integer(0)
        }
        var acknowledged = 0
        for id in try call.arguments.streamIDs(3..<call.arguments.count)
        where group.acknowledge(id) {
            acknowledged += 1
            keyspace.didChangeAside(key)
        }
        call.reply.integer(acknowledged)
    }
}
