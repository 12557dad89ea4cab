// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Everything an agent needs before it can think, at one moment: the recent messages within a token
/// budget, features of its user, and what is near to a vector.
///
/// `tokens` counts what the budget pays: the messages, and with SHARE the recalled items too.
/// `dropped` is the number of messages left out. Features that do not exist are left out of the
/// map; a recalled item without attribute has a null `attr`. Recalled items give way to pinned
/// messages and open calls. The search runs with the keyspace held, so that all is from one moment.
///
/// A write command, as GETEX is, for the sake of TOUCH: without it nothing changes. A replica that
/// takes no writes refuses it as it refuses GETEX.
public enum CTX_FETCH: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.FETCH",
        summary:
            "Returns the newest messages of a conversation context within a token budget, with features and similar memories.",
        group: .context,
        since: "1.0.0",
        complexity:
            "O(N+F+log(M)) where N is the number of messages returned, F that of fields and M the size of the vector set.",
        arity: .atLeast(4),
        keys: [
            .first,
            .keyword("FEATURES", from: 4, count: 1),
            .keyword("RECALL", from: 4, count: 1),
        ],
        syntax:
            "key BUDGET tokens:integer [RESERVE tokens:integer] [PIN numroles:integer role [role ...]] [FEATURES key <* | numfields:integer field [field ...]>] [RECALL key count:integer FP32 vector [FILTER expression] [MINSIM similarity:double] [SHARE percent:integer]] [TOUCH seconds:integer]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let request = try FetchRequest(&call.arguments, now: call.nowMilliseconds)
        let log = try keyspace.context(key)
        let features = try request.features?.read(in: keyspace) ?? []
        let found = try request.recall?.search(in: keyspace) ?? []

        let limit = request.budget - request.reserve
        let required = log?.required(pinning: request.pinned)
        let requiredTokens = required?.tokens ?? 0
        guard requiredTokens <= limit else {
            throw ErrorReply("BUDGET \(requiredTokens) tokens are needed")
        }
        let recalled = RecalledItems(
            found, share: request.recall?.share, limit: limit, room: limit - requiredTokens)
        var window: ContextWindow?
        if let log, let required {
            window = log.window(budget: limit - recalled.tokens, including: required)
        }

        call.reply.map(7)
        call.reply.pair("version", log?.version ?? 0)
        call.reply.pair("tokens", (window?.tokens ?? 0) + recalled.tokens)
        call.reply.pair("budget", request.budget)
        call.reply.pair("dropped", Int64((log?.messageCount ?? 0) - (window?.count ?? 0)))
        call.reply.bulk(Bytes("messages"))
        call.reply.array(window?.count ?? 0)
        if let log, let window { log.forEach(in: window) { call.reply.message($0) } }
        write(features: features, to: &call.reply)
        write(recalled: recalled, to: &call.reply)

        // Last: what is read above stands in values that a change may replace.
        if let deadline = request.touchDeadline {
            touch(key, deadline, in: &keyspace)
            if let features = request.features { touch(features.key, deadline, in: &keyspace) }
        }
    }

    private static func write(
        features: [(field: Bytes, value: ValueText)], to reply: inout ReplyWriter
    ) {
        reply.bulk(Bytes("features"))
        reply.map(features.count)
        for (field, value) in features {
            reply.bulk(field)
            reply.bulk(value)
        }
    }

    private static func write(recalled: RecalledItems, to reply: inout ReplyWriter) {
        reply.bulk(Bytes("recall"))
        reply.array(recalled.items.count)
        for item in recalled.items {
            reply.map(3)
            reply.bulk(Bytes("id"))
            reply.bulk(item.name)
            reply.bulk(Bytes("score"))
            reply.double(item.score)
            reply.bulk(Bytes("attr"))
            if let attribute = item.attribute { reply.bulk(attribute) } else { reply.null() }
        }
    }

    /// Lets a key end later, or for the first time.
    private static func touch(_ key: Bytes, _ deadline: Int64, in keyspace: inout Keyspace) {
        guard let entry = keyspace.findForUpdate(key) else { return }
        keyspace.setExpiry(of: entry, at: deadline)
        keyspace.didChange(key, KeyspaceEvent(.generic, "expire"))
    }
}

extension ReplyWriter {
    fileprivate mutating func pair(_ name: StaticString, _ number: Int64) {
        bulk(Bytes(name))
        integer(number)
    }
}
