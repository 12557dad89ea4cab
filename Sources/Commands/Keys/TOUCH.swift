// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Marks keys as used.
public enum TOUCH: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "TOUCH",
        summary:
            "Returns the number of existing keys out of those specified after updating the time they were last accessed.",
        group: .generic,
        since: "3.2.1",
        complexity: "O(N) where N is the number of keys that will be touched.",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        var count = 0
        while call.arguments.hasMore {
            guard let entry = keyspace.find(try call.arguments.next()) else { continue }
            if !keyspace.marksUse { keyspace.markUsed(entry) }
            count += 1
        }
        call.reply.integer(count)
    }
}
