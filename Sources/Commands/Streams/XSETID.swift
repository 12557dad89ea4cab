// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Sets the last identifier of a stream, and its counters.
public enum XSETID: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "XSETID",
        summary: "An internal command for replicating stream values.",
        group: .stream,
        since: "5.0.0",
        complexity: "O(1)",
        arity: .atLeast(3),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key last-id [ENTRIESADDED entries-added:integer] [MAXDELETEDID max-deleted-id]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let id = try StreamID(call.arguments[2])
        var entriesAdded: Int64?
        var deletedID = StreamID.zero
        call.arguments.position = 3
        while call.arguments.hasMore {
            if call.arguments.remaining > 1, call.arguments.consume("ENTRIESADDED") {
                let count = try call.arguments.integer()
                guard count >= 0 else { throw ErrorReply("ERR entries_added must be positive") }
                entriesAdded = count
            } else if call.arguments.remaining > 1, call.arguments.consume("MAXDELETEDID") {
                deletedID = try StreamID(call.arguments.next())
                guard id >= deletedID else {
                    throw ErrorReply(
                        "ERR The ID specified in XSETID is smaller than the provided "
                            + "max_deleted_entry_id")
                }
            } else {
                throw .syntax
            }
        }
        let key = call.arguments[1]
        guard let stream = try keyspace.streamForUpdate(key) else { throw .noSuchKey }
        guard id >= stream.maximumDeletedID else {
            throw ErrorReply(
                "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id")
        }
        if stream.count > 0 {
            guard id >= stream.edgeID(last: true) ?? .zero else {
                throw ErrorReply(
                    "ERR The ID specified in XSETID is smaller than the target stream top item")
            }
            if let entriesAdded, entriesAdded < Int64(stream.count) {
                throw ErrorReply(
                    "ERR The entries_added specified in XSETID is smaller than the target stream "
                        + "length")
            }
        }
        stream.reset(
            lastID: id, entriesAdded: entriesAdded.map { UInt64($0) },
            maximumDeletedID: deletedID == .zero ? nil : deletedID)
        keyspace.didChangeAside(key, KeyspaceEvent(.stream, "xsetid"))
        call.reply.ok()
    }
}
