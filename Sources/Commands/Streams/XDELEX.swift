// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Deletes entries by identifier, and says of each what became of it: 1 deleted, 2 still referred
/// to by a group, -1 not there.
public enum XDELEX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XDELEX",
        summary: "Deletes one or multiple entries from the stream.",
        group: .stream,
        since: "8.2.0",
        complexity:
            "O(1) for each single item to delete in the stream, regardless of the stream size.",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax: "key [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        let stream = try keyspace.streamForUpdate(key)
        let option = try StreamIDsOption(call.arguments, from: 2)
        guard let stream else {
            call.reply.array(option.places.count)
            for _ in option.places { call.reply.integer(-1) }
            return
        }
        let ids = try call.arguments.streamIDs(option.places)
        var deleted = 0
        call.reply.array(ids.count)
        for id in ids {
            if !stream.mayRemove(id, option.references) {
                call.reply.integer(2)
            } else if stream.remove(id) {
                deleted += 1
                call.reply.integer(1)
            } else {
                call.reply.integer(-1)
            }
        }
        keyspace.didDelete(deleted, from: key)
    }
}
