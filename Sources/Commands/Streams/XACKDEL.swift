// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Acknowledges entries and deletes them, and says of each what became of it: 1 deleted, 2 still
/// referred to by a group, -1 not to be acknowledged.
public enum XACKDEL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XACKDEL",
        summary:
            "Acknowledges and deletes one or multiple messages for a stream consumer group.",
        group: .stream,
        since: "8.2.0",
        complexity: "O(1) for each message ID processed.",
        arity: .atLeast(6),
        flags: [.fast],
        keys: [.first],
        syntax: "key group [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        let stream = try keyspace.streamForUpdate(key)
        let option = try StreamIDsOption(call.arguments, from: 3)
        guard let stream, let group = stream.group(call.arguments[2]) else {
            call.reply.array(option.places.count)
            for _ in option.places { call.reply.integer(-1) }
            return
        }
        let ids = try call.arguments.streamIDs(option.places)
        var deleted = 0
        call.reply.array(ids.count)
        for id in ids {
            guard group.acknowledge(id) else {
                call.reply.integer(-1)
                continue
            }
            keyspace.didChangeAside(key)
            // What was delivered and is no more counts as deleted.
            let mayGo = stream.mayRemove(id, option.references)
            if mayGo, stream.remove(id) { deleted += 1 }
            call.reply.integer(mayGo ? 1 : 2)
        }
        keyspace.didDelete(deleted, from: key)
    }
}
