// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns all keys that match a pattern.
public enum KEYS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "KEYS",
        summary: "Returns all key names that match a pattern.",
        group: .generic,
        since: "1.0.0",
        complexity:
            "O(N) with N being the number of keys in the database, under the assumption that the key names in the database and the given pattern have limited length.",
        arity: .exactly(2),
        flags: [.dangerous],
        syntax: "pattern:pattern"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let pattern = try call.arguments.next()
        let header = call.reply.deferHeader()
        var count = 0
        if GlobPattern.isLiteral(pattern) {
            if keyspace.exists(pattern) {
                call.reply.bulk(pattern)
                count = 1
            }
        } else {
            let isAll = pattern == "*"
            keyspace.forEach { entry in
                guard isAll || GlobPattern.matches(entry.key, pattern) else { return }
                call.reply.bulk(entry.key)
                count += 1
            }
        }
        call.reply.array(count, at: header)
    }
}
