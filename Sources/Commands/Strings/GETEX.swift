// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns the string at a key and sets when the key ends.
public enum GETEX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "GETEX",
        summary: "Returns the string value of a key after setting its expiration time.",
        group: .string,
        since: "6.2.0",
        complexity: "O(1)",
        arity: .atLeast(2),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | PERSIST]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        var options = StringOptions()
        while call.arguments.hasMore {
            if options.hasNoExpiry, call.arguments.consume("PERSIST") {
                options.isPersist = true
            } else if try !options.consumeExpiry(&call.arguments) {
                throw .syntax
            }
        }
        guard let entry = try keyspace.stringEntryForUpdate(key) else { return call.reply.null() }
        let expiry = try options.expiryMilliseconds(now: call.nowMilliseconds, command: "getex")
        call.reply.bulk(entry.string)
        if let expiry {
            guard expiry > call.nowMilliseconds else {
                keyspace.remove(key)
                return keyspace.didChange(key, KeyspaceEvent(.generic, "del"))
            }
            keyspace.setExpiry(of: entry, at: expiry)
            keyspace.didChange(key, KeyspaceEvent(.generic, "expire"))
        } else if options.isPersist, keyspace.clearExpiry(of: entry) {
            keyspace.didChange(key, KeyspaceEvent(.generic, "persist"))
        }
    }
}
