// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the value of a key in a form that RESTORE takes, here or in Redis.
public enum DUMP: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "DUMP",
        summary: "Returns a serialized representation of the value stored at a key.",
        group: .generic,
        since: "2.6.0",
        complexity:
            "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1).",
        arity: .exactly(2),
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let codec = try keyspace.valueCodec()
        guard let entry = keyspace.find(try call.arguments.next()) else {
            return call.reply.null()
        }
        codec.payload(of: entry).withBytes { call.reply.bulk($0) }
    }
}

extension Keyspace {
    /// What turns values into bytes.
    borrowing func valueCodec() throws(ErrorReply) -> any ValueCodec {
        guard let codec else { throw ErrorReply("ERR this command needs a server") }
        return codec
    }
}
