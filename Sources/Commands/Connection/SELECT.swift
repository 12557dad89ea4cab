// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Chooses the database that the client's further requests work on.
public enum SELECT: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "SELECT",
        summary: "Changes the selected database.",
        group: .connection,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .exactly(2),
        flags: [.loading, .stale, .fast],
        syntax: "index:integer"
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        call.session.database = try call.arguments.databaseIndex(of: keyspace.databaseCount)
        keyspace.selected = call.session.database
        call.reply.ok()
    }
}

extension Arguments {
    /// The next argument as the number of a database.
    mutating func databaseIndex(of count: Int) throws(ErrorReply) -> Int {
        let number = Int64(strict: try next())
        guard let number else { throw .notAnInteger }
        guard number >= Int64(Int32.min), number <= Int64(Int32.max) else {
            throw ErrorReply(
                "ERR value is out of range, value must between -2147483648 and 2147483647")
        }
        guard number >= 0, number < count else { throw .databaseOutOfRange }
        return Int(number)
    }
}

extension ErrorReply {
    static let databaseOutOfRange = ErrorReply("ERR DB index is out of range")
}
