// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns how far two members are apart.
public enum GEODIST: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GEODIST",
        summary: "Returns the distance between two members of a geospatial index.",
        group: .geo,
        since: "3.2.0",
        complexity: "O(1)",
        arity: .atLeast(4),
        keys: [.first],
        syntax: "key member1 member2 [M | KM | FT | MI]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let first = try call.arguments.next()
        let second = try call.arguments.next()
        guard call.arguments.remaining <= 1 else { throw .syntax }
        let unit = call.arguments.hasMore ? try call.arguments.metersPerUnit() : 1
        guard let set = try keyspace.sortedSet(key), let from = set.score(of: first),
            let to = set.score(of: second)
        else { return call.reply.null() }
        let meters = GeoDistance.between(
            GeoHash(score: from).position, GeoHash(score: to).position)
        call.reply.bulk(GeoDistance.text(meters / unit))
    }
}
