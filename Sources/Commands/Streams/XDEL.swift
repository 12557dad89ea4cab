// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Deletes entries by identifier.
public enum XDEL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XDEL",
        summary: "Returns the number of messages after removing them from a stream.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "O(1) for each single item to delete in the stream, regardless of the stream size.",
        arity: .atLeast(3),
        flags: [.fast],
        keys: [.first],
        syntax: "key id [id ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = call.arguments[1]
        guard let stream = try keyspace.streamForUpdate(key) else { return call.reply.integer(0) }
        var deleted = 0
        for id in try call.arguments.streamIDs(2..<call.arguments.count) where stream.remove(id) {
            deleted += 1
        }
        keyspace.didDelete(deleted, from: key)
        call.reply.integer(deleted)
    }
}
