// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Adds an entry to a stream.
public enum XADD: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XADD",
        summary: "Appends a new message to a stream. Creates the key if it doesn't exist.",
        group: .stream,
        since: "5.0.0",
        complexity:
            "O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.",
        arity: .atLeast(5),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key [NOMKSTREAM] [KEEPREF | DELREF | ACKED] [<MAXLEN | MINID> [= | ~] threshold "
            + "[LIMIT count:integer]] <* | id> field value [field value ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let options = try StreamTrimOptions(
            call.arguments, isAdd: true, limits: keyspace.streamLimits)
        let pairs = call.arguments.count - options.idPlace - 1
        guard pairs >= 2, pairs % 2 == 0 else { throw .wrongArgumentCount("xadd") }
        if let id = options.id, id.hasSequence, id.id == .zero {
            throw ErrorReply("ERR The ID specified in XADD must be greater than 0-0")
        }
        let fields = call.arguments.all[(options.idPlace + 1)...]
        let key = call.arguments[1]
        let found = try keyspace.streamForUpdate(key)
        if found == nil, !options.makesStream { return call.reply.null() }
        let id = try newID(options.id, behind: found?.lastID ?? .zero, call.nowMilliseconds)
        guard fields.reduce(0, { $0 &+ $1.count }) <= StreamLimits.hardMaximumBytes else {
            throw ErrorReply("ERR Elements are too large to be stored")
        }
        let stream = found ?? StreamValue()
        if found == nil { keyspace.insert(key, .stream(stream)) }
        stream.append(id, fields, limits: keyspace.streamLimits)
        call.reply.bulk(id)
        let trimmed = options.trim.map { stream.trim($0) } ?? 0
        keyspace.didChange(key, KeyspaceEvent(.stream, "xadd"))
        keyspace.wakeWaiting(for: key)
        if trimmed > 0 { keyspace.notify(key, KeyspaceEvent(.stream, "xtrim")) }
    }

    /// The identifier that is asked for, or the next for what was left open.
    private static func newID(
        _ given: StreamID.Text?, behind last: StreamID, _ nowMilliseconds: Int64
    ) throws(ErrorReply) -> StreamID {
        guard let following = last.next else {
            throw ErrorReply(
                "ERR The stream has exhausted the last possible ID, unable to add more items")
        }
        let tooSmall = ErrorReply(
            "ERR The ID specified in XADD is equal or smaller than the target stream top item")
        guard let given else {
            let now = UInt64(clamping: nowMilliseconds)
            return now > last.milliseconds ? StreamID(now, 0) : following
        }
        if given.hasSequence || given.id.milliseconds != last.milliseconds {
            guard given.id > last else { throw tooSmall }
            return given.id
        }
        // The time is not to move on.
        guard following.milliseconds == last.milliseconds else { throw tooSmall }
        return following
    }
}
