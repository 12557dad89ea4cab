// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import RESP
import Store

extension ReplyWriter {
    /// An identifier as a bulk string.
    mutating func bulk(_ id: StreamID) {
        id.withText { bulk($0) }
    }

    private mutating func bulk(_ element: ListpackElement) {
        switch element {
        case .string(let bytes): bulk(bytes)
        case .integer(let number): bulk(number)
        }
    }

    /// An entry: its identifier, and its fields and values in turn.
    mutating func streamEntry(_ entry: StreamEntry) {
        array(2)
        bulk(entry.id)
        array(entry.fieldCount * 2)
        entry.forEachField { field, value in
            bulk(field)
            bulk(value)
        }
    }
}

extension StreamValue {
    /// Answers up to `limit` entries of a range as an array; 0 is no limit.
    func write(
        from start: StreamID, through end: StreamID = .max, reversed: Bool = false,
        limit: Int64 = 0, to reply: inout ReplyWriter
    ) {
        let header = reply.deferHeader()
        var written: Int64 = 0
        walk(from: start, through: end, reversed: reversed) { entry in
            reply.streamEntry(entry)
            written += 1
            return written != limit
        }
        reply.array(Int(written), at: header)
    }

    /// Answers the entry of an identifier, if there is one; false if not.
    func writeEntry(_ id: StreamID, to reply: inout ReplyWriter) -> Bool {
        var isThere = false
        walk(from: id, through: id) { entry in
            reply.streamEntry(entry)
            isThere = true
            return false
        }
        return isThere
    }
}

extension Keyspace {
    /// The group of a stream at a key, to be changed, with its stream; nil when either is missing.
    mutating func streamGroupForUpdate(
        _ key: Bytes, _ group: Bytes
    ) throws(ErrorReply) -> (stream: StreamValue, group: StreamGroup)? {
        guard let stream = try streamForUpdate(key), let group = stream.group(group) else {
            return nil
        }
        return (stream, group)
    }

    /// The number of a consumer, which is made if the group has none of the name; notes that it has
    /// tried something.
    mutating func consumer(_ name: Bytes, of group: StreamGroup, at key: Bytes) -> Int {
        if let number = group.consumer(named: name) {
            group.touchConsumer(number, seen: nowMilliseconds)
            return number
        }
        guard let number = group.addConsumer(name, seenMilliseconds: nowMilliseconds) else {
            preconditionFailure("the consumer was there after all")
        }
        didChangeAside(key, KeyspaceEvent(.stream, "xgroup-createconsumer"))
        return number
    }

    /// To be called after entries were deleted on their own.
    mutating func didDelete(_ entries: Int, from key: Bytes) {
        guard entries > 0 else { return }
        didChange(key, KeyspaceEvent(.stream, "xdel"))
    }
}
