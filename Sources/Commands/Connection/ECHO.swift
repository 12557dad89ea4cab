// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns its argument.
public enum ECHO: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "ECHO",
        summary: "Returns the given string.",
        group: .connection,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast, .loading, .stale],
        syntax: "message"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.bulk(try call.arguments.next())
    }
}
