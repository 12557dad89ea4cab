// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the strings at several keys.
public enum MGET: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "MGET",
        summary: "Atomically returns the string values of one or more keys.",
        group: .string,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys to retrieve.",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        call.reply.array(call.arguments.remaining)
        while call.arguments.hasMore {
            // A key of another type is answered as if it were missing.
            if let entry = keyspace.find(try call.arguments.next()), case .string = entry.value {
                call.reply.bulk(entry.string)
            } else {
                call.reply.null()
            }
        }
    }
}
