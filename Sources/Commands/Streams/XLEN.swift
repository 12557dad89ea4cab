// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the number of entries of a stream.
public enum XLEN: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "XLEN",
        summary: "Return the number of messages in a stream.",
        group: .stream,
        since: "5.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        call.reply.integer(try keyspace.stream(call.arguments[1])?.count ?? 0)
    }
}
