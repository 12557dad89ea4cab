// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the string at a key.
public enum GET: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GET",
        summary: "Returns the string value of a key.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        guard let string = try keyspace.string(try call.arguments.next()) else {
            return call.reply.null()
        }
        call.reply.bulk(string)
    }
}
