// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the places of members.
public enum GEOPOS: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GEOPOS",
        summary: "Returns the longitude and latitude of members from a geospatial index.",
        group: .geo,
        since: "3.2.0",
        complexity: "O(1) for each member requested.",
        arity: .atLeast(2),
        keys: [.first],
        syntax: "key [member [member ...]]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let set = try keyspace.sortedSet(call.arguments[1])
        let count = call.arguments.count
        call.reply.array(count - 2)
        for index in 2..<count {
            if let score = set?.score(of: call.arguments[index]) {
                call.reply.position(GeoHash(score: score).position)
            } else {
                call.reply.nullArray()
            }
        }
    }
}
