// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes messages of a conversation by their numbers; answers how many there were.
///
/// A message with calls and all its results go together: naming some of them is an error that says
/// which are missing, and nothing is removed. The context itself stays, even without messages.
public enum CTX_DEL: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.DEL",
        summary: "Removes messages of a conversation context, never half of a tool call.",
        group: .context,
        since: "1.0.0",
        complexity: "O(N) where N is the number of messages removed.",
        arity: .atLeast(3),
        keys: [.first],
        syntax: "key seq:integer [seq:integer ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        var seqs: [Int64] = []
        while call.arguments.hasMore { seqs.append(try call.arguments.integer()) }
        guard let log = try keyspace.contextForUpdate(key) else { return call.reply.integer(0) }
        let removed: Int
        do throws(ContextLog.SplitAtom) {
            removed = try log.delete(seqs)
        } catch {
            throw refusal(error)
        }
        if removed > 0 { keyspace.didChange(key, KeyspaceEvent(.context, "ctx.del")) }
        call.reply.integer(removed)
    }

    private static func refusal(_ error: ContextLog.SplitAtom) -> ErrorReply {
        let shown = error.missing.prefix(10).map(String.init).joined(separator: ", ")
        let more = error.missing.count > 10 ? " and \(error.missing.count - 10) more" : ""
        return ErrorReply(
            "ERR message \(error.seq) can't be deleted without \(shown)\(more): they are calls and results of each other"
        )
    }
}
