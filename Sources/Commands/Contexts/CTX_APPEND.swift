// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Appends messages to a conversation, all or none.
///
/// The order of judgement: what is no valid request at all, `WRONGTYPE`, a repeated IDEMP token
/// (answered as the first time, whatever has happened since), IFVER, what the context cannot take.
/// So a client that got no answer may send the same request again, IFVER included.
public enum CTX_APPEND: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "CTX.APPEND",
        summary: "Appends messages to a conversation context, creating it if it doesn't exist.",
        group: .context,
        since: "1.0.0",
        complexity: "O(N) where N is the number of bytes of the messages.",
        arity: .atLeast(5),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax:
            "key [IFVER version:integer] [IDEMP token] [EX seconds:integer | PX milliseconds:integer] MSG role content [TOKENS tokens:integer] [CALLS numcalls:integer id [id ...]] [RESULT id] [ATTR json] [VEC blob] [MSG role content [TOKENS tokens:integer] [CALLS numcalls:integer id [id ...]] [RESULT id] [ATTR json] [VEC blob] ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let options = try Options(&call.arguments, now: call.nowMilliseconds)
        var messages: [ContextMessage] = []
        while call.arguments.hasMore {
            messages.append(try message(&call.arguments, now: call.nowMilliseconds))
        }
        guard !messages.isEmpty else { throw .syntax }
        let existing = try keyspace.contextForUpdate(key)
        if let token = options.token, let first = existing?.reply(to: token) {
            return write(first, to: &call.reply)
        }
        let version = existing?.version ?? 0
        if let expected = options.expectedVersion, expected != version {
            throw ErrorReply("CONFLICT version is \(version)")
        }
        let log = existing ?? ContextLog()
        let reply: ContextReply
        do throws(ContextError) {
            reply = try log.append(messages, token: options.token)
        } catch {
            throw .refused(error)
        }
        if existing == nil { keyspace.insert(key, .context(log)) }
        if let deadline = options.deadline, let entry = keyspace.findForUpdate(key) {
            keyspace.setExpiry(of: entry, at: deadline)
        }
        keyspace.didChange(key, KeyspaceEvent(.context, "ctx.append"))
        if options.deadline != nil { keyspace.notify(key, KeyspaceEvent(.generic, "expire")) }
        write(reply, to: &call.reply)
    }

    private static func write(_ result: ContextReply, to reply: inout ReplyWriter) {
        reply.array(3)
        reply.integer(result.seq)
        reply.integer(result.version)
        reply.integer(result.tokens)
    }
}

extension CTX_APPEND {
    /// What stands before the first message.
    private struct Options {
        var expectedVersion: Int64?
        var token: Bytes?
        var deadline: Int64?

        init(_ arguments: inout Arguments, now: Int64) throws(ErrorReply) {
            while arguments.hasMore, !arguments[arguments.position].equalsIgnoringCase("MSG") {
                if expectedVersion == nil, arguments.consume("IFVER") {
                    expectedVersion = try arguments.integer(
                        in: 0...Int64.max, else: ErrorReply("ERR invalid IFVER"))
                } else if token == nil, arguments.consume("IDEMP") {
                    token = try arguments.next()
                } else if deadline == nil, arguments.consume("EX") {
                    deadline = try arguments.deadline(
                        unitMilliseconds: 1000, now: now, of: "ctx.append")
                } else if deadline == nil, arguments.consume("PX") {
                    deadline = try arguments.deadline(
                        unitMilliseconds: 1, now: now, of: "ctx.append")
                } else {
                    throw .syntax
                }
            }
        }
    }

    /// `MSG role content` and its options.
    private static func message(
        _ arguments: inout Arguments, now: Int64
    ) throws(ErrorReply) -> ContextMessage {
        guard arguments.consume("MSG") else { throw .syntax }
        let role = try arguments.next()
        var message = ContextMessage(
            timeMilliseconds: now, role: role, content: try arguments.next())
        var tokens: Int64?
        while arguments.hasMore, !arguments[arguments.position].equalsIgnoringCase("MSG") {
            if tokens == nil, arguments.consume("TOKENS") {
                tokens = try arguments.integer(
                    in: 0...ContextLimits.tokensOfMessage, else: .tokensOutOfRange)
            } else if message.calls.isEmpty, arguments.consume("CALLS") {
                message.calls = try calls(&arguments)
            } else if message.result == nil, arguments.consume("RESULT") {
                message.result = try arguments.next()
            } else if message.attribute == nil, arguments.consume("ATTR") {
                let text = try arguments.next()
                guard JSONText.isValid(text) else { throw ErrorReply("ERR ATTR is not valid JSON") }
                message.attribute = text
            } else if message.vector == nil, arguments.consume("VEC") {
                message.vector = try arguments.next()
            } else {
                throw .syntax
            }
        }
        if let tokens {
            message.tokens = UInt32(clamping: tokens)
        } else {
            message.estimateTokens()
        }
        return message
    }

    private static func calls(_ arguments: inout Arguments) throws(ErrorReply) -> [Bytes] {
        let count = try arguments.integer(
            in: 1...Int64(ContextLimits.callsOfMessage), else: .refused(.tooManyCalls))
        guard count <= Int64(arguments.remaining) else { throw .syntax }
        var ids: [Bytes] = []
        for _ in 0..<count { ids.append(try arguments.next()) }
        return ids
    }
}
