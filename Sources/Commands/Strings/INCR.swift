// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Adds one to the integer at a key.
public enum INCR: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "INCR",
        summary:
            "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
        group: .string,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        var number: Int64 = 0
        if let entry = try keyspace.stringEntryForUpdate(key) {
            guard let stored = Int64(strict: entry.string) else { throw .notAnInteger }
            number = stored
        }
        let (sum, overflow) = number.addingReportingOverflow(1)
        guard !overflow else { throw ErrorReply("ERR increment or decrement would overflow") }
        sum.withDecimal { _ = keyspace.setString(key, $0, keepingExpiry: true) }
        keyspace.didChange(key, KeyspaceEvent(.string, "incrby"))
        call.reply.integer(sum)
    }
}
