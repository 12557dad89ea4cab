// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Removes the oldest messages of a conversation; answers how many.
///
/// A message with calls and all its results go together, in the order of their last message, and
/// stay while a result is missing; so more may be left than asked. The context itself stays, even
/// without messages: its version and its numbers go on.
public enum CTX_TRIM: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.TRIM",
        summary:
            "Removes the oldest messages of a conversation context, never half of a tool call.",
        group: .context,
        since: "1.0.0",
        complexity: "O(N) where N is the number of messages removed.",
        arity: .exactly(4),
        keys: [.first],
        syntax: "key <MAXTOKENS tokens:integer | MAXMESSAGES count:integer | BEFORE seq:integer>"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let trim: ContextTrim
        if call.arguments.consume("MAXTOKENS") {
            trim = .maximumTokens(try number(&call.arguments))
        } else if call.arguments.consume("MAXMESSAGES") {
            trim = .maximumMessages(try number(&call.arguments))
        } else if call.arguments.consume("BEFORE") {
            trim = .before(try number(&call.arguments))
        } else {
            throw .syntax
        }
        let removed = try keyspace.contextForUpdate(key)?.trim(trim) ?? 0
        if removed > 0 { keyspace.didChange(key, KeyspaceEvent(.context, "ctx.trim")) }
        call.reply.integer(removed)
    }

    private static func number(_ arguments: inout Arguments) throws(ErrorReply) -> Int64 {
        let number = try arguments.integer()
        guard number >= 0 else { throw .mustBePositive }
        return number
    }
}
