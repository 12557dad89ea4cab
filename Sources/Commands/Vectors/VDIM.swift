// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Returns how many components the vectors of a set have, after any reduction.
public enum VDIM: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "VDIM",
        summary: "Return the dimension of vectors in the vector set",
        group: .vectorSet,
        since: "8.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.fast],
        keys: [.first],
        syntax: "key"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(2...2, of: "VDIM")
        guard let set = try keyspace.vectorSet(try call.arguments.next()) else {
            throw ErrorReply("ERR key does not exist")
        }
        call.reply.integer(set.dimensions)
    }
}
