// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Exchanges the keys of two databases.
public enum SWAPDB: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SWAPDB",
        summary: "Swaps two Redis databases.",
        group: .server,
        since: "4.0.0",
        complexity:
            "O(N) where N is the count of clients watching or blocking on keys from both databases.",
        arity: .exactly(3),
        flags: [.fast, .dangerous, .keyspace],
        syntax: "index1:integer index2:integer"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let range = Int64(Int32.min)...Int64(Int32.max)
        let first = try call.arguments.integer(
            in: range, else: ErrorReply("ERR invalid first DB index"))
        let second = try call.arguments.integer(
            in: range, else: ErrorReply("ERR invalid second DB index"))
        let indexes = 0..<Int64(keyspace.databaseCount)
        guard indexes.contains(first), indexes.contains(second) else { throw .databaseOutOfRange }
        keyspace.swapDatabases(Int(first), Int(second))
        call.reply.ok()
    }
}
