// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the values of some fields and sets or clears their expiry.
public enum HGETEX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HGETEX",
        summary:
            "Get the value of one or more fields of a given hash key, and optionally set their expiration.",
        group: .hash,
        since: "8.0.0",
        complexity: "O(N) where N is the number of specified fields",
        arity: .atLeast(5),
        flags: [.fast],
        keys: [.first],
        syntax:
            "key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | PERSIST] FIELDS numfields:integer field [field ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let hash = try keyspace.hashForUpdate(key)
        let now = keyspace.nowMilliseconds
        var deadline = try call.arguments.readFieldDeadlineOption(at: now, of: declaration)
        if deadline == nil, call.arguments.consume("PERSIST") { deadline = HashValue.noExpiry }
        guard call.arguments.remaining > 1 else { throw .wrongArgumentCount(declaration.name) }
        try call.arguments.readFieldCount()
        call.reply.array(call.arguments.remaining)
        if deadline != nil { hash?.allowExpiries() }
        var changed = MemberChanges()
        while call.arguments.hasMore {
            let field = try call.arguments.next()
            guard let hash, let found = hash.find(field, at: now) else {
                call.reply.null()
                if let hash { _ = keyspace.endField(field, of: hash, at: key) }
                continue
            }
            call.reply.bulk(found.value)
            guard let deadline else { continue }
            if deadline != HashValue.noExpiry {
                _ = keyspace.setDeadline(of: field, in: hash, to: deadline, &changed)
            } else if found.expiryMilliseconds != HashValue.noExpiry {
                hash.setExpiry(of: field, to: deadline)
                changed.updated += 1
            }
        }
        guard let hash else { return }
        guard changed.any else { return keyspace.removeEmptied(hash, at: key) }
        let event: StaticString =
            changed.updated == 0 ? "hdel" : deadline == HashValue.noExpiry ? "hpersist" : "hexpire"
        keyspace.didChangeFields(of: hash, at: key, KeyspaceEvent(.hash, event))
    }
}
