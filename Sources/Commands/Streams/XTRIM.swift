// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes entries from the front of a stream.
public enum XTRIM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XTRIM",
        summary: "Deletes messages from the beginning of a stream.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "O(N), with N being the number of evicted entries. Constant times are very small however, since entries are organized in macro nodes containing multiple entries that can be released with a single deallocation.",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key <MAXLEN | MINID> [= | ~] threshold [LIMIT count:integer] "
            + "[KEEPREF | DELREF | ACKED]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let options = try StreamTrimOptions(
            call.arguments, isAdd: false, limits: keyspace.streamLimits)
        let key = call.arguments[1]
        guard let stream = try keyspace.streamForUpdate(key), let trim = options.trim else {
            return call.reply.integer(0)
        }
        let removed = stream.trim(trim)
        if removed > 0 {
            keyspace.didChange(key, KeyspaceEvent(.stream, "xtrim"))
        }
        call.reply.integer(removed)
    }
}
