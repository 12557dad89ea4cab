// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Counts how many of the keys exist; one named twice counts twice.
public enum EXISTS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "EXISTS",
        summary: "Determines whether one or more keys exist.",
        group: .generic,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys to check.",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        var count = 0
        while call.arguments.hasMore {
            if keyspace.inspect(try call.arguments.next()) != nil { count += 1 }
        }
        call.reply.integer(count)
    }
}
